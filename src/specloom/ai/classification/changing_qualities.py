"""The words of qualities that a product has when it changes: how easily it is maintained, moved, grown and replaced.

The characteristics and sub-characteristics are those of ISO/IEC 25010:2023.
"""

from specloom.ai.classification.topics import Topic, quality
from specloom.vocabulary.requirements import Quality

MAINTAINABILITY: tuple[Topic, ...] = (
    quality(
        Quality.MAINTAINABILITY,
        "modifiability",
        strong="""
            build the program; changed by the office|staff; repaired within; another|other|different
            supplier*|provider*|company|vendor* ~ take over|maintain|continue|develop; change ~ without programm*;
            without a developer; without developers; without programming; without involving ~ supplier|vendor|it;
            maintained by ~ staff|administrators|in house; easily ~ adapted; easy to adapt; add ~ without ~ changing;
            adding ~ new ~ not require; new ~ can be added; extended ~ later; later extension*; future proof*; readable
            code; commented; naming convention*; documented ~ code; patched; hot fix*; fixed within; software
            maintenance; data dictionary; without a new release; not need a new release; changed in one place; rules ~
            changed ~ without; update*|upgrade*|replace*|exchange* ~ without ~
            stopping|interrupting|restarting|downtime|affecting; updates without; update all ~ from one
            place|centrally|remotely; maintainab*; easy to maintain; easily maintain*; ease of maintenance; easy to
            change; easy to modify; easily modif*; easy to update; easily updat*; easy to extend; easily extend*; easily
            extensible; extensib*; modifiab*; easily be extended; easily be modified; easily be changed; easily be
            updated; new features; new functionality; future enhance*; future changes; future release*; future expan*;
            bug fixes; fix* ~ bug*; mean time to fix; software updates; software update; system updates; updates ~
            applied; release* ~ per year; new release*; version releases; new version of the @product; new system
            version*; upgrade*; upgradab*; source code; coding standard*; code review*; code quality; version control*;
            semantic version*; deprecat*; technical debt; plug in architecture; plugin*; without recompil*; without
            changing ~ code; without code change*; easy to add; easily add*; updates @modal occur; be added easily;
            config* file*; breaking change*; developer documentation; maintenance developer*; maintenance programmer*;
            development team; integration of new; addition of new ~ @product; addition of new; hardcod*; hard coded;
            customi* ~ without
            """,
        clear="""
            maintenance; maintain* ~ code; maintained by; enhancement*; extend*; patch*; new version*; changes to ~
            @product; changes to ~ applied; new ~ types|formats|fields|rules|categories|languages ~ added; annual*
            update*; updated ~ every year; changes ~ made; modification* ~ system; codebase; in code; code base;
            programming; documented; well documented; refactor*; developers; evolv*; migration*; versioned; versioning;
            configuration; environment variable*; parameteri*; settings ~ loaded; promot* to production; technical
            documentation; system documentation; development cycle; support staff; help desk
            """,
        hint="""
            maintain*; update* ~ releas*; documentation; release*; version*; document*
            """,
        against="secrets; passwords; credentials",
        heading="""
            maintainab*; modifiab*; extensib*; supportab*; maintenance; upgrade*; versioning; configuration
            """,
    ),
    quality(
        Quality.MAINTAINABILITY,
        "modularity",
        strong="""
            replaced one by one; one by one; independent modules; separate modules; self contained; interchangeable
            modules; small components; one module ~ not affect; without affecting other modules; well defined
            interfaces; hexagonal; domain model; no circular; import ~ from; must not import; modular*; loosely coupled;
            loose coupling; coupling; cohesi*; layered; separation of concerns; micro service*; microservice*; clean
            architecture; layer separation; decoupl*; independent of other; separate* ~ layer*; component based; service
            oriented; object oriented; architectur*; depend on ~ not ~; directories; dependency injection; design
            pattern*; repository pattern; mvc; multi tier; three tier; n tier
            """,
        clear="""
            layer*; encapsulat*; module boundar*; isolat* ~ module; monolith*; bounded context*; dependencies;
            @modal contain ~ models|schemas|logic|implementations|definitions; should depend on; packages
            """,
        heading="modular*; architecture; design constraint*; layer*; project structure; code organi*",
    ),
    quality(
        Quality.MAINTAINABILITY,
        "reusability",
        strong="""
            reusab*; re usab*; reuse of; reused; reuse ~ component*|code|module*; shared librar*; common library
            """,
        clear="reuse; off the shelf; generic component*",
        heading="""reus*""",
    ),
    quality(
        Quality.MAINTAINABILITY,
        "analysability",
        strong="""
            what went wrong; why ~ failed; find the cause; finding the cause; locate faults; error codes; health
            endpoint; dashboards for operations; alert ~ operators; monitored; log entries; logs ~ kept; log messages;
            debug mode; trace ~ request; request id; usage statistics for operators; diagnos*; traceab*; observab*;
            monitoring; debug*; log level*; structured log*; log file*; error log*; logged ~ error*|exception*|fail*;
            errors ~ logged; exceptions ~ logged; telemetry; tracing; health metric*; metrics endpoint; troubleshoot*;
            root cause; stack trace*; correlation id*
            """,
        clear="""
            metrics; logging; instrument*; dashboards ~ operations; monitor* ~ @product; logs; api documentation;
            docstrings; swagger; redoc; openapi specification; openapi documentation; endpoint description*;
            documentation @modal
            """,
        hint="logged; monitor*",
        heading="analysab*; logging; monitoring; observab*; diagnos*; documentation; metrics; tracing",
    ),
    quality(
        Quality.MAINTAINABILITY,
        "testability",
        strong="""
            test mode; simulate* ~ input; simulator; test system; test account*; automatically tested;
            verified automatically; build ~ fails; linting; code analysis; reproducible build*; contract tests;
            end to end tests; test all|every; testab*; unit test*; integration test*; regression test*; automated test*;
            test coverage; code coverage; test suite*; test fixture*; test framework; test environment;
            acceptance test*; test data; test case*; mocks; mocked; # % coverage; coverage of # %;
            tests @modal cover; continuous integration; pytest; testing ~ framework; quality assurance;
            type check*; static analysis; linter*
            """,
        clear="testing; tests; be tested; tested; verification environment; coverage; sandbox; staging",
        hint="""test""",
        heading="testab*; testing; test categories; quality assurance; verification",
    ),
    quality(
        Quality.MAINTAINABILITY,
        None,
        strong="""
            standard language; off the shelf database; sdk; python #; java #; c plus plus; ada; cobol;
            using ~ framework; based on ~ framework|library|technology; royalty free; free software; proprietary;
            third party licen*; no additional licen*; approved list of;
            company standard ~ database|language|platform;
            @modal use ~ as ~ framework|driver|engine|database|orm|manager|server|language|library|backend;
            developed in; written in; implemented in; implemented using; implemented with; built with; built using;
            built on; coded in; developed using; developed with; programming language; design constraint*;
            technology stack; open source; royalty; licen* fee*;
            be used for ~ management|development|deployment|storage|testing;
            be used as ~ framework|database|server|language; development environment; development tool*; orm;
            async functions|handlers|methods|sessions|engine|route; dependencies ~ locked|pinned|declared;
            dependency management; virtual environment*; lock files
            """,
        clear="""
            java; python; j2ee; asp; php; sql; javascript; typescript; c sharp; dotnet; framework*; fastapi;
            django; spring; postgresql; asyncpg; mysql; mongodb; redis; sqlalchemy; pydantic; alembic; react;
            angular; node js; kotlin; swift; golang; rust; async await; type hint*; programming; licens*; library;
            libraries; relational database; lock file*; package manager; uv; pip; npm; pyproject
            """,
        hint="@modal use; utili*; technology; technologies; tool*; driver; stack; backend; syntax",
        heading="""
            design constraint*; technology; technolog* stack; implementation constraint*; framework standard;
            tooling; package manager
            """,
    ),
)

FLEXIBILITY: tuple[Topic, ...] = (
    quality(
        Quality.FLEXIBILITY,
        "adaptability",
        strong="""
            on any device; on phones; on tablets; on a phone; on a tablet; every current browser; current versions of;
            latest versions of; without a browser plugin; raspberry; arm processor; x86; virtual machine*; aws; azure;
            google cloud; kubernetes cluster; company data centre; own data centre; own servers; direct sunlight; rain;
            outdoors; waterproof; water proof; dustproof; ip #; shock; altitude; degrees; °; portrait and landscape;
            small screens; large screens; locales; different countries; multiple languages; several languages; right to
            left; be configurable; be configured; international characters; user configurable; customizable;
            customisable; adjustable to; operating system*; run on; runs on; run under; run within; running on; operate
            on; operates on; operate within; operate in; operate under; function on; work on ~
            browser*|device*|platform*|windows|mac*|linux|android|ios|server*; windows; linux; unix; macos; mac os;
            android; ios; iphone*; ipad*; blackberry; palm; internet explorer; firefox; chrome; safari; edge browser;
            netscape; mozilla; opera; web browser*; all browsers; major browsers; any browser; html browser; browsers;
            multiple platforms; cross platform; platform independen*; portab*; mobile devices; tablets; smart phone*;
            smartphone*; hardware requirement*; software requirement*; ambient temperature; operating temperature;
            operating environment; work environment; office environment; accessible ~ browser; environments; personal
            computer*; existing hardware; hardware platform; application server*; web server*; j2ee server; screen
            size*; existing|current|currently ~ equipment|infrastructure|network|computers|servers; desktop and mobile;
            tomcat; environment ~ dev|staging|production; cloud provider*; on premise*
            """,
        clear="""
            humidity; oracle; configurable; platform*; browser*; hardware; mobile; desktop; workstation*; server*;
            adapt*; portable; dust; environmental condition*; vibration; noise; network environment; intranet; lan; wan;
            wireless; physical environment; locale*; internationali*; locali*; multilingual; multi language; different
            languages; currencies; time zones; responsive; tablet; laptop*; cloud; computers; hosted; data centre*; data
            center*; equipment; technical environment; deployed on; deployment environment; multi tenan*;
            infrastructure; display resolution*; primary database
            """,
        hint="""
            environment*; temperature*; device*; client side; internet; network; database; computer; operate;
            outdoor*; client pc
            """,
        against="""
            cost reduction; room temperature; body temperature; temperature ~ recorded|measured; secrets; passwords
            """,
        heading="""
            portab*; adaptab*; flexib*; operating environment*; environment*; platform*; locali*; internationali*;
            operational
            """,
    ),
    quality(
        Quality.FLEXIBILITY,
        "scalability",
        strong="""
            grow with; additional servers; more servers; adding servers; adding nodes; add nodes;
            double the number; twice as many; twice the; # times as many; ten times; tenfold; further branches;
            roll out to ~ more; rolled out to; in the coming years; next few years; capacity ~ increased; scalab*;
            scaleab*; scale up; scale out; scale to; scale horizontal*; horizontal* scal*; vertical* scal*;
            elastic*; auto scal*; autoscal*; expected to grow; growth; grow* by; grow* to; growing; future growth;
            expand to; increase* ~ number of @people; increasing number; without ~ degrad*; # times ~ next;
            worker processes; next # @period; additional @people; load balanc*; shard*; cluster*; partitioned;
            for a minimum of # @period
            """,
        clear="""
            scale; scaled; scales; scaling; expandab*; expansion; linear*; increase in load; increase ~ load;
            more @people; nodes; replicas; workers
            """,
        hint="increas*; multiple instances",
        heading="scalab*; growth; scaling",
    ),
    quality(
        Quality.FLEXIBILITY,
        "installability",
        strong="""
            set up within; up and running within; install* ~ without; install* ~ minutes; unattended;
            silent install*; app store; play store; over the air; installer; no installation; without installing;
            delivered as ~ image|container|package; msi; deb package; update ~ itself; installab*; uninstall*;
            easy to install; easily install*; installation; deployab*; automated deployment; one click install*;
            deployment ~ minutes|hours; containeri*; containers; docker container*; container image*; dockerfile;
            docker*; kubernetes; helm; multi stage build*; setup wizard; be installed; without ~ administrator;
            zero downtime deploy*; rolling update*; roll out ~ branches|sites; without reinstall*
            """,
        clear="""
            install; installed; installs; deploy*; setup; download* and install*; image; provision*; compose
            """,
        hint="rollout; volumes; set up",
        heading="install*; deploy*; docker*; packaging",
    ),
    quality(
        Quality.FLEXIBILITY,
        "replaceability",
        strong="""
            replace ~ old @product; take over ~ data ~ from; existing data ~ migrated|transferred|taken over;
            parallel run; switch over; cutover; cut over; export all ~ data; exit strategy; leave the vendor;
            to another provider|vendor|supplier|platform; another provider; change of provider; replaceab*;
            vendor lock in; lock in; exchang* of ~ component*; replace ~ existing @product; replace ~ legacy;
            data migration; migrat* from; migrate data; drop in replacement; interchangeab*; swapped ~ without;
            successor
            """,
        clear="substitut* ~ @product; migrat* to; switch* provider; transition* from",
        heading="replaceab*; migration",
    ),
)
