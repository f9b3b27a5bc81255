"""What single words can be: forms of verbs, roles that people play, the words that hold sentences together."""

from functools import lru_cache

from specloom.ai.grammar.verbs import BASES, GERUNDS, PARTICIPLES, PASTS, THIRD, listed

BE = listed(
    """
    be is are was were been being am isn't aren't wasn't weren't it's that's there's they're you're we're i'm
    """
)
HAVE = listed("have has had having hasn't haven't hadn't")
DO = listed("do does did doesn't don't didn't")
MODALS = listed(
    """
    shall must should will would can could may might ought cannot can't couldn't won't wouldn't shan't shouldn't
    mustn't mayn't needn't mightn't i'll you'll we'll they'll it'll
    """
)
NEGATIONS = listed("not never n't")
DETERMINERS = listed(
    """
    the a an this that these those each every any all some no both either neither such its their his her our my your
    another other several many few various multiple certain following same said whose enough more most fewer less
    least much own
    """
)
POSSESSIVES = listed("its their his her our my your whose")
PRONOUNS = listed(
    """
    it they he she we i you them him us me itself themselves himself herself yourself ourselves myself everyone
    everybody anyone anybody someone somebody nobody nothing anything everything something there mine yours theirs
    ours
    """
)
PREPOSITIONS = listed(
    """
    of in on at by for with without within to from into onto via per under over between among amongst through
    throughout during upon against across above below beneath behind beside besides beyond near off out inside outside
    along around toward towards about regarding concerning including excluding except despite until till since before
    after as like unlike than versus vs. plus minus following according due amid up down regardless using
    """
)
CONJUNCTIONS = listed("and or but nor and/or yet &")
SUBORDINATORS = listed(
    """
    if when whenever while whilst where wherever once until till unless because since although though whereas before
    after whether lest as
    """
)
RELATIVES = listed("which who whom that whose whoever whatever whichever")
ADVERBS = listed(
    """
    please also only just even always never often sometimes usually still already again then now later soon here there
    too very not thereby thereafter therefore hence thus otherwise instead however moreover furthermore additionally
    hereby once twice well further together either neither both first second finally lastly next last at-least maybe
    perhaps yet respectively alike almost rather quite so as-is forward back online offline manually simply ever far
    long within-time accordingly meanwhile likewise similarly anyway elsewhere today tomorrow yesterday forever
    nevertheless else by-default daily weekly monthly yearly hourly nightly quarterly annually near-real-time straight
    """
)
# Words in -ly that are no adverbs.
_NOT_ADVERBS = listed(
    """
    only family friendly user-friendly assembly supply reply apply comply rely anomaly daily weekly monthly yearly
    hourly nightly quarterly early likely unlikely timely costly orderly monopoly july multiply ally rally tally bully
    imply fly ply
    """
)
ADJECTIVES = listed(
    """
    able unable available unavailable capable responsible compatible incompatible compliant accessible visible
    invisible valid invalid active inactive full empty new old open closed ready secure insecure safe unsafe easy hard
    simple complex complete incomplete consistent inconsistent present absent possible impossible optional mandatory
    necessary unnecessary correct incorrect current public private internal external free idle busy equal identical
    unique greater higher lower smaller larger bigger longer shorter faster slower better worse high low small large
    big short long fast slow quick good bad true false due subject readable writable operational functional online
    offline independent dependent aware similar different separate specific general common main major minor critical
    important essential relevant sufficient insufficient adequate appropriate suitable robust reliable flexible
    scalable intuitive usable maintainable portable extensible transparent accurate precise exact clear unclear
    cheap expensive warm cold hot dry wet quiet loud bright dark strong weak fresh healthy heavy deep wide narrow thick
    thin brief smooth steady eligible liable likely unlikely unknown known wrong right early late
    """
)
_ADJECTIVE_ENDINGS = ("able", "ible", "ful", "less", "ous", "ical", "ive", "ic", "ary", "ant", "ent", "al")

# Verbs that stand as nouns about as often: before or after them decides which.
NOUN_VERBS = listed(
    """
    bid chat clone consent digest drive duplicate feed hire hit offset overlap preset retry speed substitute supplement
    toggle trust vent build version upgrade downgrade cook bake string wind input study shop form brand showcase
    interest protest stock guest
    trash spring cluster shot plant bin ring rent clock report log request display record state access address answer
    archive attempt audit backup balance bar batch benefit bill block book box branch cache call cap care cause center
    centre chain challenge change channel charge chart check claim class code comment compound concern conduct contact
    content contract control copy cost count cover credit cross cut cycle damage date deal debit default delay delete
    demand deposit design desire detail dispatch document download draft drop edit effect email e-mail end entry error
    escape estimate exchange exercise exhibit exit experience export extract face fault fax feature fee field figure
    file fill filter fine fix flag focus force forecast format fund function grade grant group guarantee guide hand
    handle harm hash head help highlight hold host hour impact import increase index influence interface interrupt
    invoice issue item job label lack layout lead lease level license limit line link list load lock loop mail map
    mark market mask match matter measure mention menu message mirror model monitor move name need network note notice
    number object offer order outline output overlay override overview own package page pair park part pass password
    patch pause pay payment phone pick pin place plan play plot plug point poll pool port position post power practice
    present press preview price print process produce profile program progress project prompt purchase purge purpose
    push query question queue quote range rank rate read reference refund register release remedy repair repeat reply
    rescue reserve reset resource respect response rest result return reuse review reward role rollback roll root
    route row rule run sale sample save scale scan schedule scope score screen scroll seal search seat segment sense
    sequence service set share shift ship show sign signal site size snapshot sort sound source space span split
    sponsor stack staff stage stamp stand standard start status stay step stop store stream stress structure style
    submit summary supply support surface survey switch sync system table tag talk target task tax term test text tick
    ticket tie time timestamp title token tool total touch tour trace track trade traffic train transfer transform
    transition transport travel treat trend trigger trip try turn type update upload use user value view visit voice
    void vote wait walk watch weight whitelist will window wish work worker wrap zone zoom alert alarm account advance
    aim amount approach arrest aspect average award base bookmark benchmark boost bounce bundle buffer checkpoint
    click coat commission complement compromise cool craft crash dial distance dock dump echo engineer fire
    fingerprint flash flow gain guard heat increment inventory judge land light maximum merge minimum mount pattern
    peer pilot protocol rise shape side snooze strike swap
    """
)

_ROLES = listed(
    """
    user administrator admin customer client clerk operator manager employee employer supplier vendor buyer seller
    shopper visitor guest member subscriber owner reviewer approver author editor reader viewer auditor accountant
    analyst developer engineer tester architect designer maintainer contributor moderator patient doctor nurse
    physician pharmacist therapist student teacher instructor learner professor parent child guardian driver rider
    passenger courier dispatcher pilot technician agent broker advisor adviser consultant lawyer attorney judge
    officer official inspector citizen resident tenant landlord applicant candidate recruiter interviewer staff
    stakeholder sponsor donor volunteer organizer organiser coordinator planner scheduler receptionist librarian
    curator archivist researcher scientist investigator cashier teller borrower lender debtor creditor payer payee
    recipient sender receiver caller holder cardholder stockholder superuser supervisor director executive secretary
    assistant trainer trainee coach player gamer participant attendee speaker host publisher journalist photographer
    artist musician farmer grower cook chef waiter barista baker mechanic electrician plumber contractor subcontractor
    installer worker foreman leader lead boss head chief person people party individual human man woman team
    department agency authority regulator company organisation organization enterprise partner provider consumer
    merchant retailer wholesaler distributor dealer bidder auctioneer winner voter delegate specialist expert beginner
    novice caregiver carer beneficiary claimant insurer underwriter policyholder householder lodger traveller traveler
    tourist hiker cyclist pedestrian motorist commuter picker packer stocker warehouser housekeeper caretaker janitor
    guard firefighter registrar dean treasurer trustee steward webmaster sysadmin devops dba controller processor
    persona subject pupil tutor examiner grader proctor surveyor nutritionist dietitian midwife dentist surgeon
    radiologist paramedic caseworker counsellor counselor mediator notary translator data-subject anyone everyone
    somebody nobody crew panel board committee council ministry customer-service
    """
)
_ROLE_ENDINGS = (
    "holder",
    "keeper",
    "owner",
    "manager",
    "ologist",
    "ician",
    "admin",
    "officer",
    "woman",
    "man",
    "master",
)
# Things end like roles, too.
_THINGS = listed(
    """
    server computer browser router printer scanner counter filter buffer folder header footer number order letter
    paper register parameter identifier pointer controller container player sensor monitor processor motor error
    vector factor editor locker timer trigger adapter connector compiler interpreter scheduler loader helper handler
    listener logger worker customer-portal hour year color colour door floor behavior behaviour layer water power
    answer chapter newsletter calendar semaphore indicator elevator calculator detector actuator generator accelerator
    inverter meter barometer thermometer newspaper charger washer dryer cooler heater freezer burner boiler mixer
    reminder converter transmitter sticker poster trailer opener dispenser sprinkler tracker scraper crawler parser
    breaker cutter launcher selector validator simulator emulator aggregator decoder encoder resolver separator conveyor
    ventilator radiator projector reflector accumulator starter blender toaster roller crusher drawer binder feeder
    extractor injector checker linter formatter bundler renderer tokenizer shredder dialer repeater extender splitter
    tuner dimmer beeper buzzer pager hopper slider spinner banner placeholder whiteboard mirror modifier qualifier
    member-id wrapper
    """
)
_PERSON_ENDINGS = ("er", "or", "ist", "ee", "ant", "ian")

GENERIC_ACTORS = listed(
    """
    system application app software product service platform solution tool website site portal server module component
    subsystem interface api device controller program package database engine gateway client backend frontend
    """
)


def is_base_verb(word: str) -> bool:
    """Whether the word (in small letters) is an infinitive: "store"; not "stores", not "stored"."""
    return word in BASES or (("-" in word or len(word) > _PREFIXED) and _stem(word) in BASES) or _coined(word)


def is_participle(word: str) -> bool:
    """Whether the word is a past participle: "stored", "taken"."""
    return word in PARTICIPLES or _stem(word) in PARTICIPLES or (word.endswith("ed") and _coined(_unpast(word)))


def is_past(word: str) -> bool:
    """Whether the word is a past tense or past participle: "took", "taken", "stored"."""
    return word in PASTS or is_participle(word)


def is_gerund(word: str) -> bool:
    """Whether the word is a verb in -ing: "storing"."""
    return word in GERUNDS or _stem(word) in GERUNDS


def is_third_person(word: str) -> bool:
    """Whether the word is a verb in the third person: "stores"."""
    return word in THIRD or word in {"is", "has", "does"} or _stem(word) in THIRD


def is_verb(word: str) -> bool:
    """Whether the word (in small letters) is a form of a full verb."""
    return is_base_verb(word) or is_third_person(word) or is_participle(word) or is_gerund(word) or word in PASTS


@lru_cache(maxsize=1 << 14)
def is_noun_verb(word: str) -> bool:
    """Whether the verb form may as well be a noun: "reports", "re-sync"."""
    return base_form(word) in NOUN_VERBS or base_form(_stem(word)) in NOUN_VERBS


@lru_cache(maxsize=1 << 14)
def base_form(word: str) -> str:
    """The infinitive of a verb form: "stores", "stored" and "storing" give "store". Other words stay as they are."""
    if word in BASES:
        return word
    for forms in (THIRD, PARTICIPLES, PASTS, GERUNDS):
        if word in forms:
            return forms[word]
    stem = _stem(word)
    if stem != word:
        base = base_form(stem)
        return f"{word[: -len(stem)]}{base}" if base != stem or stem in BASES else word
    return word


@lru_cache(maxsize=1 << 14)
def is_role(word: str) -> bool:
    """Whether the word (in small letters, one or several of it) names people by what they do: "clerk", "users"."""
    single = singular(word.rpartition("-")[2] or word)
    if single in _ROLES or single.endswith(_ROLE_ENDINGS):
        return single not in {"human-readable", "command", "demand"}
    if single in _THINGS or not single.endswith(_PERSON_ENDINGS):
        return False
    return single.endswith(("er", "or")) and any(stem in BASES for stem in (single[:-2], single[:-1], single[:-3]))


def is_adverb(word: str) -> bool:
    """Whether the word can only say how, when or how often."""
    return word in ADVERBS or (word.endswith("ly") and len(word) > _PREFIXED - 1 and word not in _NOT_ADVERBS)


def is_adjective(word: str) -> bool:
    """Whether the word is likely an adjective; nouns of the same ending ("interval") are taken for one, too."""
    return (
        word in ADJECTIVES
        or word.startswith("non-")
        or (word.endswith(_ADJECTIVE_ENDINGS) and not word.endswith("ment") and len(word) > _PREFIXED - 1)
    )


@lru_cache(maxsize=1 << 14)
def singular(word: str) -> str:
    """The singular of a regular English noun."""
    if word in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[word]
    if word.endswith("ies") and len(word) > _PREFIXED - 1:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_IRREGULAR_PLURALS = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "criteria": "criterion",
    "data": "data",
    "analyses": "analysis",
    "indices": "index",
    "staff": "staff",
    "series": "series",
    "statuses": "status",
}
_PREFIXES = (
    "re",
    "un",
    "de",
    "pre",
    "auto",
    "over",
    "under",
    "out",
    "dis",
    "mis",
    "co",
    "up",
    "cross",
    "double",
    "self",
    "back",
)
_COINING = ("ize", "ise", "ify")
_PREFIXED = 5


def _stem(word: str) -> str:
    """The word without a prefix that makes verbs from verbs: "re-send", "autosave"."""
    head, hyphen, tail = word.partition("-")
    if hyphen:
        return tail if head in _PREFIXES else word
    for prefix in _PREFIXES[:9]:
        if word.startswith(prefix) and len(word) >= len(prefix) + 4:
            return word[len(prefix) :]
    return word


def _coined(word: str) -> bool:
    return word.endswith(_COINING) and len(word) > _PREFIXED + 1


def _unpast(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ied") else word[:-1]


def is_particle(verb: str, word: str) -> bool:
    """Whether the word belongs to the verb form before it: "logs in", "complied with"."""
    return word in _PARTICLES and word in _PHRASAL.get(base_form(verb), ())


def is_adverbial_particle(verb: str, word: str) -> bool:
    """Whether the word belongs to the verb form before it and is no mere preposition: "logs in", not "reports to"."""
    return word in _ADVERBIAL and is_particle(verb, word)


def _phrasal(entries: str) -> dict[str, frozenset[str]]:
    split = (entry.split() for line in entries.strip().splitlines() for entry in line.split("|"))
    return {verb: frozenset(particles) for verb, *particles in split}


_PHRASAL = _phrasal(
    """
    log in out on off into onto|sign in up out off on into|shut down off|start up over|back up|set up
    switch on off over|turn on off|power on off up down|roll back out over|check in out for|opt in out into
    hand over in out|fail over|carry out on|fill in out up|look up for at|clean up|pick up|drop off|close down
    lock out|scale up down out in|time out|boot up|print out|point out to|follow up|sum up|break down|slow down
    speed up|spin up down|tear down|phase out|call back|fall back|send out back|give up|take over off up|zoom in out
    scroll up down|drill down|cut off|wake up|warm up|cool down|bring up|build up|come up|end up|find out|get back
    go back|keep up|make up|move on|open up|pass on|put on|run out|show up|split up|step through|swap out|write off
    read out|rule out|leave out|lay out|kick off|block out|book in|clock in out|dial in|plug in|pop up
    tap in|trade off|top up|type in|wind down|wipe out|work out with on|zero out|line up|sort out|set off|respond to
    comply with|conform to with|adhere to|depend on upon|rely on upon|consist of|integrate with|communicate with
    connect to|interface with|subscribe to|unsubscribe from|react to|refer to|apply to|belong to|deal with|cope with
    listen to|wait for|search for|account for|interact with|agree to with on|correspond to|relate to
    pertain to|result in from|lead to|amount to|contribute to|participate in|benefit from|refrain from|recover from
    differ from|register for|ask for|pay for|apply for to|navigate to|return to|switch to|convert to|reply to
    report to|report on|focus on|act on|operate on
    """
)
_ADVERBIAL = listed("in out off up down over back away through")
_PHRASAL["switch"] |= {"to", "on", "off", "over"}
_PHRASAL["report"] |= {"to", "on"}
_PHRASAL["set"] |= {"up", "off"}
_PHRASAL["apply"] |= {"to"}
_PARTICLES = frozenset().union(*_PHRASAL.values())
