"""The words by which requirements, and what only looks like them, give themselves away."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MODALS = {
    **dict.fromkeys(("shall", "shan't"), "shall"),
    **dict.fromkeys(("must", "mustn't"), "must"),
    **dict.fromkeys(("should", "shouldn't", "ought"), "should"),
    **dict.fromkeys(("will", "won't"), "will"),
    **dict.fromkeys(("would", "wouldn't"), "would"),
    **dict.fromkeys(("can", "cannot", "can't"), "can"),
    **dict.fromkeys(("could", "couldn't"), "could"),
    **dict.fromkeys(("may", "mayn't"), "may"),
    **dict.fromkeys(("might", "mightn't"), "might"),
}
"""From the modal verbs to the one they are a form of."""

SUBORDINATORS = _set(
    "that which who whom whose where when while if because although though unless until before after since whether how "
    "what why once whenever wherever whereas as lest"
)
DETERMINERS = _set(
    "the a an this that these those each every any all some no its their his her our my your another such both either "
    "neither several many few most other same whose which what"
)
PREPOSITIONS = _set(
    "of in on for with by from to at into onto within without under over between among against through during per via "
    "about across along around behind below above beneath beside besides beyond despite except inside like near off "
    "outside regarding throughout toward towards upon versus including according based"
)

PRODUCT = _set(
    """
    system subsystem application app software program product solution platform tool service website site portal
    page screen interface gui ui module component server client database api engine dashboard form field button menu
    list dialog window view table message notification e-mail email alert data password session request response
    transaction device gateway terminal function functionality feature library plugin plug-in architecture
    infrastructure network storage cache queue job search login log-in authentication authorisation authorization
    encryption backup result output input bot label code token link icon calendar cart basket order invoice payment
    receipt ticket booking reservation profile setting configuration option filter value entry file image endpoint
    migration schema query connection hardware firmware machine alarm signal unit card access availability
    performance latency throughput capacity uptime installer simulator game backend frontend back-end front-end
    microservice container template attachment event error format default operation account record log report
    workflow process
    """
)
"""Nouns that name what is specified, or a part of it."""

PAPER = _set(
    """
    document section chapter figure appendix annex specification srs paper standard requirement glossary diagram
    paragraph statement overview introduction purpose scope deliverable draft proposal definition acronym
    abbreviation brd prd rfc adr subsection rationale use-case keyword audience
    """
)
PROJECT = _set(
    """
    project bid bidder tender tenderer quotation submission award minutes agenda team developer development
    stakeholder consortium initiative phase milestone plan schedule budget cost effort risk assumption decision
    approach challenge issue question problem goal objective benefit advantage idea reason work meeting workshop
    sprint iteration research study survey market competition industry department implementation tester designer
    programmer community
    """
)
FUNCTION_VERBS = _set(
    """
    provide display show allow enable support store save send generate validate verify check notify calculate
    compute record log print export import update delete remove create add edit modify select enter accept reject
    deny restrict limit prevent encrypt authenticate authorise authorize search find filter sort retrieve return
    receive respond handle process manage maintain monitor track report alert prompt request require ensure include
    use run operate perform execute connect integrate comply conform meet load open close start stop restart reset
    configure customise customize set assign view access browse navigate download upload submit approve cancel
    confirm register archive restore recover retain keep lock unlock block reserve synchronise synchronize publish
    subscribe convert transfer transmit exchange detect identify recognise recognize compare match scale offer
    present highlight redirect refresh expire scan capture collect deploy persist warn suggest adjust choose define
    specify list count back hide mark group link convert preview
    """
)
PAPER_VERBS = _set(
    """
    describe define specify discuss explain outline present summarise summarize cover contain refer introduce
    document detail illustrate depict focus identify address state mean denote indicate represent
    """
)
PROJECT_VERBS = _set(
    """
    discuss decide talk ask call meet agree review schedule plan finalise finalize hire prepare draft investigate
    clarify look think wait follow speak arrange organise organize budget estimate negotiate chase write invite
    circulate
    """
)
MIND_VERBS = _set(
    """
    think believe know guess hope suppose assume expect feel say suggest wonder remember hear seem appear consider
    mention argue doubt imagine recall understand notice agree worry
    """
)
HEDGES = _set(
    """
    likely probably perhaps maybe possibly typically usually generally often sometimes normally commonly presumably
    apparently unlikely hopefully roughly potentially mostly largely frequently
    """
)
NOW = _set(
    "currently today now presently nowadays existing yesterday tomorrow ago recently already previously formerly"
)
REASONS = _set("because therefore thus hence since however moreover furthermore consequently although though indeed")
PRAISE = _set(
    """
    important significant essential useful popular powerful great good better best ideal convenient interesting
    successful difficult easy major key main well-known widely innovative modern leading rich challenging beneficial
    """
)
STATES = _set(
    """
    valid invalid available unavailable mandatory optional configurable unique visible hidden editable read-only
    accessible compatible compliant able unable responsible necessary possible customisable customizable modifiable
    searchable selectable scalable extensible portable reliable secure
    """
)
SCREEN = _set(
    """
    button field screen page menu click tab icon checkbox dropdown drop-down popup pop-up dialog window toolbar
    hyperlink link cursor mouse keyboard row column default login password username
    """
)
BOUNDS = _set(
    "least most maximum minimum exactly only up per within less more fewer than every each any all never always no"
)
USE_VERBS = _set(
    """
    see view find search filter sort export import print edit change track block hide download upload book access
    log-in log be handle support show store keep add delete have get know choose select compare share undo restore
    lock limit
    """
)
"""What people do with a product, rather than for a project."""
FEELING_VERBS = _set("like love hate know think feel believe enjoy mean remember forget want")
PERSONAL_VERBS = PROJECT_VERBS | _set("send write update check fix test deliver order buy bring finish try clean")
"""What a person of the project is told to do."""
SAYING = _set(
    "said told explained asked wrote mentioned thought believed argued reported complained claimed replied answered"
)
EAGER = _set(
    "easy hard simple nice ready free able quick difficult possible likely due important necessary good fast safe open "
    "how what where when way best same up back prior"
)
"""What an infinitive may follow that nobody is charged with."""
