"""The words of qualities that people meet: how the product looks, how it is used, and what it keeps from whom.

The characteristics and sub-characteristics are those of ISO/IEC 25010:2023.
"""

from specloom.ai.classification.topics import Topic, quality
from specloom.vocabulary.requirements import Quality

INTERACTION: tuple[Topic, ...] = (
    quality(
        Quality.INTERACTION_CAPABILITY,
        "user_engagement",
        strong="""
            looks; good looking; beautiful; tasteful; inviting; friendly look; pleasant; clean design;
            clean layout; uncluttered; cluttered; house style; corporate design; corporate style; same style;
            visual identity; mascot; graphics; gamif*; motivat*; rewarding; welcoming; colourful; colorful;
            look and feel; look & feel; appearance; attractive*; appealing; appeal to; aesthetic*;
            visually pleasing; pleasing; professional look*; elegant; modern look*; modern design; visual design;
            color scheme*; colour scheme*; color palette; colour palette; colors; colours; font; fonts; typeface*;
            typograph*; logo; logos; brand; branding; branded; corporate identity; corporate colo*; style guide*;
            style sheet*; design guideline*; theme; themes; themed; skin; skins; layout*; background colo*;
            background image; icons; animations; fun to use; fun; engaging; delight*; enjoy*; entertaining;
            exciting; user interface standards; gui standards; interface standards; ui standards; page standards;
            web standards of the; design system; dark mode; realistic; simulate* ~ look; look like; looks like;
            resemble*; immersive; sound effects; white space; stylish; sleek
            """,
        clear="""
            color; colour; styl*; graphic*; visual*; pixel*; resolution*; buttons; button ~ placed|located;
            menu bar; banner*; navigation menu*; navigation bar; menus; similar format; uniform look;
            consistent design; design ~ interface|pages|screens; font size*; image*; screen layout; designed for;
            hide; music; advertis*; page ~ contain; pages ~ contain; interface ~ have
            """,
        hint="screen*; page*; interface; gui; ui; display*; navigation; header; footer",
        heading="look and feel; appearance; style; visual design; branding; user interface design",
    ),
    quality(
        Quality.INTERACTION_CAPABILITY,
        "learnability",
        strong="""
            without reading; without explanation; without being shown; no explanation; within # minutes of first;
            first use; first day; after a short introduction; short introduction; on their own; without assistance;
            unaided; get started; getting started; half a day; train* ~ within; trained in less;
            no special knowledge; no technical knowledge; without technical knowledge; lay people; laypeople;
            occasional users; easy to learn; ease of learning; eas* ~ to learn; learnab*; learning curve;
            learn to use; learn how; self explanatory; without ~ training; no training; # @period of training;
            # hours of training; # minutes of training; # hour training; # day training; after ~ training;
            training course; minimal training; little training; untrained; novice*; first time users;
            first time @people; new users @modal; new user @modal; by new users; for new users; inexperienced;
            first encounter; first attempt; without ~ instructions; without ~ manual; self descriptive;
            self teach*; beginner*; no prior knowledge; without prior knowledge; tutorial*; trained @people
            """,
        clear="""
            receive training; new users; learn; learned; learning time; familiari*; onboarding; user manual*;
            training material*; hours of use; user training; training for
            """,
        heading="learnab*; training; documentation for users",
    ),
    quality(
        Quality.INTERACTION_CAPABILITY,
        "operability",
        strong="""
            find the right; tire ~ eyes; clear to @people; find the right @product; reached|operated|used from the
            keyboard; with one hand; one handed; one touch; two taps; # taps; few steps; # steps; at most # steps; no
            more than # clicks|steps|taps; at a glance; easy to read; easily read; easy to reach; easy to see; clearly
            readable; clearly legible; legible; wearing gloves; in bright light; without scrolling; without typing;
            minimal typing; hands free; voice control; by voice; fewer clicks; quick to use; simple for; simple enough;
            as simple as; straightforward; user satisfaction; usability test*; usability score; sus score; of the
            @people ~ satisfied|able|succeed; same place on ~ page|screen; consistent across; easy to use; easier to
            use; ease of use; eas* ~ to use; use ~ easily; easily use; user friend*; userfriend*; usab*; intuitive*;
            easy to navigate; easily navig*; easy to operate; easy to find; easily find; easily found; easily access*;
            easily locate; easily identif*; easy identif*; with one click; one click; point and click; user|users @modal
            be able to ~ ~ within # @moment; single click; few clicks; # clicks; number of clicks; mouse clicks;
            keystrokes; number of steps; simple to use; simple to operate; convenient*; ergonom*; productiv*; without
            help; find ~ within # @moment; complete ~ within # @moment of; task completion; satisf*; survey*; % of ~
            @people; % of the @people; % of @people; # out of # ~ @people; operable; minimal effort; minimum effort;
            effortless*; consistent user interface; consistent ~ interface; keyboard shortcut*; shortcut*; user
            experience; cumbersome; naturally ~ understand*; legib*; readab*
            """,
        clear="""
            readable; mouse; keyboard; easy; easily; ease; simple; simply; simplif*; user centered; comfortable;
            handy; navigab*; natural; drag and drop; gesture*; touch screen; touchscreen; gloves; viewing distance;
            visible from; recognizable; recognisable; clearly visible; preferences; efficient ~ use;
            able to ~ without ~; consistent; consistency; clear and; customiz* ~ interface; successfully; confus*;
            helpful
            """,
        hint="navigat*; clear; clearly; convenient; scroll*; steps; friendly; able to use; percent|% ~ able to",
        heading="usab*; operab*; ease of use; user experience; human factors; ergonomics; user interface",
    ),
    quality(
        Quality.INTERACTION_CAPABILITY,
        "appropriateness_recognizability",
        strong="""
            clear language; simple language; everyday language; own words; no abbreviations; without jargon;
            self describing; see at once what; make clear what; meaning ~ clear; unambiguous; short sentences;
            spoken language; understandab*; comprehensib*; easy to understand; easily underst*; easy to recogni*;
            clearly labe*; meaningful*; unambiguous label*; plain language; plain english; familiar to;
            familiar terms; terminolog*; jargon; verbiage; vocabular*; words ~ understand*; symbols ~ understand*;
            clear instructions; concise; self evident; understood by
            """,
        clear="""
            understand*; wording; instructions; labels; spelling; grammatical*; offensive; politically correct;
            slang; polite*
            """,
        heading="understandab*; terminology",
    ),
    quality(
        Quality.INTERACTION_CAPABILITY,
        "user_error_protection",
        strong="""
            by mistake; by accident; are you sure; confirm ~ before; two step confirmation; cannot ~ by accident;
            prevent ~ wrong ~ entry|entries|input; implausible; typing errors; undo ~ mistake*; reversible;
            user error*; prevent ~ mistake*; avoid ~ mistake*; mistake*; error prevention; confirmation before;
            confirm before; ask* ~ to confirm; ask* ~ confirmation; accidental*; inadvertent*;
            error message* ~ clear|understand*|helpful|meaningful; input errors; human error; unintended
            """,
        clear="typos; confirm ~ delet*; confirm ~ remov*; informative error; error messages",
        heading="error protection; error prevention",
    ),
    quality(
        Quality.INTERACTION_CAPABILITY,
        "user_assistance",
        strong="""
            context sensitive help; online help; on line help; help system; tooltip*; tool tip*; help text*;
            help function*; help screen*; help page*; user guidance; wizard; help documentation; user guide;
            user documentation; faq; user guides; guides the user
            """,
        clear="help ~ available; assistance; hints; guidance; instructional; support ~ phone; live chat help",
        heading="help; user assistance; user documentation",
    ),
    quality(
        Quality.INTERACTION_CAPABILITY,
        "inclusivity",
        strong="""
            weak eyes|eyesight; poor sight|eyesight; language ~ chosen|choose|prefer*; text|texts|letters ~ enlarge*;
            enlarge* ~ text|texts|letters; large letters; large type; bigger text; older users; people with ~
            disabilit*|impair*; with low vision; hard of hearing; reduced mobility; motor impair*; colour alone; color
            alone; keyboard alone; without a mouse; zoom* to; easy language; foreign languages; all languages;
            translated into; mother tongue; every language; first language; bilingual; in @tongue; @tongue and @tongue;
            who is blind; accessib* ~ disab*; disab* @people; disabilit*; impair*; blind; color blind*; colour blind*;
            deaf; hearing; screen reader*; assistive; wheelchair; accessibility; high contrast; contrast ratio; text
            size; magnif*; alt text; alternative text; captions; subtitles; braille; sign language; elderly; older
            people; any age; all ages; inclusive; dyslexi*; keyboard only; keyboard navigation; text to speech;
            regardless of ~ ability; age group*; culturally; cultural ~ difference*|background*|sensitiv*; left handed;
            non native; handicap*
            """,
        clear="""
            @tongue; contrast; cultur*; low vision; special needs; speech; voice over; aria; language*;
            large print; diverse; gender
            """,
        heading="accessib*; inclusiv*; cultural; languages",
    ),
)

SECURITY: tuple[Topic, ...] = (
    quality(
        Quality.SECURITY,
        "confidentiality",
        strong="""
            not appear in ~ public; last four digits; only shown to; never leave|leaves; replace|renew|rotate|change
            keys|certificates|passwords; able to guess; never ~ sent|transmitted|published ~ open|public; stolen|lost
            @product; nobody|outsiders ~ see|sees|read|reads|view|views; one ~ never|not ~ another; only ~ may|can
            see|read|view|open; only administrators|admins|supervisors|operators; not ~ in clear text; in plain text; in
            clear text; no access; without permission; must not see; not be able to see; may not see; nobody except; no
            one except; nobody but; none but; only visible; only readable; only members; only staff; only managers; only
            the owner; only those; not leave the; strictly confidential; eyes only; need to know; secret key*; keep ~
            secret; wiped; erased securely; blurred; redact*; data minimi*; least data; at rest; in transit; own data
            only; only ~ own ~ data|records|orders|account; other ~ data of; belong to another; not store|keep|record ~
            name|names|address*|personal|card*; readable only; visible only; accessible only; available only to; hidden
            from; access ~ require*; only ~ @modal be able to ~
            access|reset|modify|change|delete|view|edit|add|assign|approve; confidential*; only authori*; unauthor*;
            authorization; authorisation; authorized to; authorised to; be authorized to; be authorised to; be
            authorized before; be authenticated and authorized; access control*; access right*; access level*; access
            privilege*; privilege*; permission*; role based; rbac; privacy; private; personal data; cross tenant; tenant
            scoped; tenant id; tenant filter*; multi tenant filter*; row level; rls; keys ~ server side; data leak;
            secrets|passwords|credentials|keys ~ not ~ hardcoded; personal information; personally identifiable;
            sensitive*; encrypt*; decrypt*; tls; ssl; https only; aes; cryptograph*; hash*; anonymi*; pseudonymi*; data
            leak*; disclos*; eavesdrop*; only ~ @people ~ access; restrict* ~ access; access ~ restricted; limit*
            access; access ~ limited; prevent* ~ access; deny access; denied access; no access to; not have access;
            grant* access; shall have access to; be accessed ~ by; not ~ reveal*; not ~ visible to; not ~ shared with;
            mask*; secret; secrets; tenant isolation; data isolation; only ~ @modal be able; only @people ~
            access|see|view|edit|change|delete|log; only registered; only the ~ can|may|shall
            view|see|access|change|edit|modify|delete; not be stored in plain*; secrecy; secure; secured; securely;
            security ~ data|information|system; not contain|show|display|print ~ name|address|number;
            show|shows|display|displays no more than; no more than the initials; least privilege; be the only
            """,
        clear="""
            authorized; authorised; authoris*; authoriz*; security; revok*; restrict*; prohibit*; protected;
            protect; protects; isolation; access to ~ information|data|records|details; user access;
            viewable ~ only; only accessible; firewall*; vpn; data protection; private key*; cookies; key vault;
            roles; hide ~ from; credential*; no one; nobody; exclusively; only if ~ logged in; authority; access
            """,
        hint="""
            only the; only @people; protect*; only; role; admin*; personal; card number*; payment data; initials
            """,
        against="required|demanded|prescribed by law",
        heading="security; confidential*; privacy; access control; authori*; data protection; encryption",
    ),
    quality(
        Quality.SECURITY,
        "authenticity",
        strong="""
            lost|stolen badge*|card*|key*|phone*; second person; messages|updates|packets|packages ~ signed; digitally
            signed; prove ~ identity; proof of identity; who they are; logged off; sign out; signed out; locks after;
            screen locks; lock* ~ after ~ inactiv*|wrong|failed|attempts; badge ~ to enter; personal pin; chip card;
            mutual tls; trusted certificate*; api key; api keys; verify ~ signature; signed tokens; reauthenticat*;
            identity provider; require* ~ code|pin|password|login; wrong code|codes|pin|pins|password*; further
            attempts; authenticat*; login; log in; logon; log on; logged in; logging in; sign in; signed in; single sign
            on; sso; oauth*; openid; saml; jwt; multi factor; two factor; mfa; password*; passcode*; passphrase*; user
            name and password; username and password; user id and; biometric*; fingerprint*; face recognition; smart
            card*; identity of ~ @people; verify ~ identity; identity verification; credentials;
            digital|server|client|tls|ssl certificate*; session time*; session expir*; idle ~ # @moment; inactivity; log
            out; logout; logged out; lockout; locked out; lock ~ account; account ~ locked; failed attempts; wrong
            attempts; failed login*; one time code; otp; captcha; token; tokens; access token*
            """,
        clear="""
            certificate*; identity; identif* ~ themselves; pin; username*; user names; registered @people; signature*;
            user session; login session; session ~ token|cookie|id
            """,
        heading="authenticat*; login; sign in; identity",
    ),
    quality(
        Quality.SECURITY,
        "integrity",
        strong="""
            not be altered; cannot be altered; cannot be changed afterwards; not be changed afterwards;
            unalterable; not be manipulated; protected against ~ change*; hash chain*; write once;
            consistency of data; referential integrity; data quality; duplicate entries; checks ~ plausib*;
            complete and correct; integrity; tamper*; corrupt*; checksum*; unauthor* ~ modif*; unauthor* ~ chang*;
            data validation; incorrect data; invalid data; bad data; input validation; saniti*; sql injection;
            cross site; xss; csrf; injection; malicious input; parameterized queries; parameterised queries;
            signed ~ key; immutab*; append only; read only ~ @people; inconsistent data; data consistency;
            duplicate data
            """,
        clear="""
            consistent state; validat* ~ input*; foreign key*; constraints ~ database; overwrit*; data ~ valid;
            hmac; referential
            """,
        heading="integrity; data validation; input validation",
    ),
    quality(
        Quality.SECURITY,
        "resistance",
        strong="""
            hardened against; wrong|failed|invalid attempts ~ block*|lock*; withstand ~ attack*; protect* against ~
            attack*|abuse|misuse|manipulation|bots|spam; bots; known vulnerabilities; security holes; security test*;
            security audit*; security review*; patched within; keys ~ replace*|rotate*; key rotation; rotate* ~
            keys|secrets|credentials; refuse further; block* ~ address*; attack*; malicious*; hack*; intru*; penetration
            test*; pen test*; vulnerab*; virus*; antivirus; malware; ransomware; spyware; denial of service; ddos; brute
            force; rate limit*; limit* ~ calls|requests per; threat*; owasp; exploit*; spam; fraud*; security patch*;
            cve; cves; security update*; hardened; harden*; spoof*; phishing; secure development; cracker*; theft;
            stolen
            """,
        clear="abuse; misuse; throttl*; blacklist*; blocklist*; suspicious; breach*; quarantine*; firewall*",
        heading="resistance; threats; vulnerab*; attack*",
    ),
    quality(
        Quality.SECURITY,
        "accountability",
        strong="""
            who has ~ changed|seen|opened|approved; who did; by whom; who accessed; record of who; log of who;
            every change ~ recorded|logged ~ with; logs ~ every ~ access|change|login; traceable to;
            trace ~ back to ~ person|user; audit evidence; signed with name; audit trail*; audit log*;
            audit record*; accountab*; audited; auditab*; logged with ~ user|name|time*; record* ~ who; log* ~ who;
            traced to; log ~ all access; log ~ access; every access; access log*; security log*; security event*;
            login attempts; access attempts; log* ~ user activit*; log* ~ user action*; who did what; who changed
            """,
        clear="""
            audit*; action* ~ logged; action* ~ recorded; changes ~ logged; changes ~ recorded; changed by;
            history of ~ changes; opening ~ recorded; recorded with ~ time|name|user|date; log of; user and time;
            timestamp ~ user; modified by; event ~ recorded; events ~ recorded
            """,
        hint="logged; log; trace*; recorded with",
        heading="audit*; accountab*; logging and audit; traceab*",
    ),
    quality(
        Quality.SECURITY,
        "non_repudiation",
        strong="""
            non repudiation; nonrepudiation; repudiat*; digital* sign*; electronic signature*; e signature*;
            proof of delivery; proof of receipt; undeniab*; cannot deny; timestamped proof; proof of origin
            """,
        clear="signed by; proof of; evidence of ~ receipt",
        heading="non repudiation; signatures",
    ),
)
