"""The verbs that requirements use, with every form they take."""


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written with spaces between them."""
    return frozenset(words.split())


# Verbs that are regular; their forms are derived.
_REGULAR = """
drill bake boil fry cook knead roast proceed constitute continue disseminate examine commence orchestrate study shop
promulgate distract superimpose seem cater form brand showcase entice curate implicate construe protest interest
supercede preempt sunset reword recheck embark abandon abide abort absorb abstract accelerate accept access
accommodate accompany accomplish account accrue accumulate achieve acknowledge acquire act activate adapt add address
adhere adjust administer adopt advance advertise advise affect afford age agree aggregate aid aim alarm alert align
allocate allow alter alternate amend amount analyse analyze anchor animate annotate announce anonymise anonymize
answer anticipate append apply appoint appear approve archive arrange arm arrive ask assemble assert assess assign
assist associate assume assure attach attempt attend attract audit augment authenticate author authorise authorize
automate avail average avoid await award back balance ban bar base batch become behave belong benefit bill block boost
book boot bounce bridge broadcast browse buffer bundle bypass cache calculate calibrate call cancel capture care carry
cascade cast categorise categorize cause cease center centre certify chain challenge change charge chart chat check
circulate cite claim clarify classify clean cleanse clear click clip clone close cluster coat code collaborate
collapse collate collect combine comment commission commit communicate compare compensate compete compile complement
complete comply compose compress comprise compute conceal concern conclude conduct configure confine confirm conform
connect consent conserve consider consist consolidate constrain construct consult consume contact contain contribute
control convert convey cool cooperate coordinate copy correct correlate correspond count cover crash crawl create
credit cross customise customize damage date deactivate deal debit debug decide declare decline decode decommission
decompress decrease decrypt deduct deem default defer define degrade delay delegate delete deliver demand demonstrate
denote deny depart depend depict deplete deploy deposit deprecate derive describe deselect design designate desire
destroy detach detail detect deteriorate determine develop deviate diagnose dictate differ differentiate digest
digitise digitize direct disable disallow disappear discard disclose disconnect discontinue discourage discover
discuss dismiss dispatch dispense disperse display dispose disrupt distinguish distribute dock document donate double
download downgrade drag drain drop dump duplicate earn echo edit educate eject elapse elect elevate eliminate email
embed emerge emit employ empty emulate enable encapsulate enclose encode encompass encounter encourage encrypt end
endorse endure enforce engage enhance enjoy enlarge enquire enrich enrol enroll ensure entail enter enumerate envisage
equip erase err escalate escape establish estimate evaluate evict evolve exceed exchange exclude execute exercise
exhaust exhibit exist exit expand expect expedite experience expire explain explore export expose express extend
extract face facilitate fail fasten favour favor fax feature fetch field figure file fill filter finalise finalize
finance fine finish fire fit fix flag flash flush focus follow force forecast format formulate forward fulfil fulfill
function fund furnish gain gather generate govern grade graduate grant group guarantee guard guide halt handle happen
harm harmonise harmonize hash head heat help hibernate highlight hire host house hover identify ignore illuminate
illustrate imagine impact impede implement imply import impose improve include incorporate increase increment incur
index indicate infer influence inform inherit inhibit initialise initialize initiate inject input inquire insert
inspect instal install instantiate instruct insulate insure integrate intend interact intercept interface interfere
interlink interpret interrogate interrupt introduce invalidate invent investigate invite invoice invoke involve
isolate issue iterate join judge justify keyword kill label lack last launch learn lease leverage license limit line
link list listen load localise localize locate lock log look loop lower mail maintain manage mandate manipulate
manufacture map march mark mask match matter maximise maximize measure mediate meld mention merge message migrate
minimise minimize mirror mitigate mix model moderate modify monitor mount move multiply mute name narrow navigate need
negotiate nest nominate normalise normalize note notice notify number obey obfuscate object oblige obscure observe
obtain occupy occur offer omit open operate optimise optimize opt order organise organize orient originate outline
output overlap overlay overload overrule own pack package page paginate pair park parse part participate partition
pass paste patch pause peer penalise penalize perceive perform permit persist personalise personalize pertain phone
photograph pick pilot pin ping place plan play plot plug point police poll pop populate port portray pose position
possess post postpone power practice practise precede preclude predict prefer prefill prefix prepare prescribe present
preserve press presume prevent preview price print prioritise prioritize process procure produce profile program
progress prohibit project prolong promote prompt propagate propose protect provide provision prune publish pull
purchase purge pursue push qualify quantify query question queue quote raise rank rate reach react realise realize
reassign recalculate recall receive recharge recognise recognize recommend reconcile reconfigure record recover
recruit recycle redact redeem redirect redistribute reduce refer reference refine reflect refrain refresh refund
refuse register regulate rehearse reinstate reissue reject relate relay release relocate rely remain remedy remember
remind remove rename render renew rent reopen reorder repair repeat rephrase replace replay replenish replicate reply
report represent reprint reproduce request require reschedule reserve reside resign resist resize resolve respect
respond rest restart restock restore restrict result resume retain retire retract retrieve retry return reuse reveal
reverse revert review revise revoke reward roam rotate round route sample sanction sanitise sanitize satisfy save
scale scan schedule score screen scroll seal search secure segment segregate select separate sequence serve service
settle share shift ship shorten show shuffle sign signal signify simplify simulate skip slow snooze snapshot sort
source span spawn specify sponsor stabilise stabilize stack staff stage stamp standardise standardize start state stay
steer step stock stop store stream streamline stress strip structure style submit subscribe substitute subtract
succeed suffer suffice suggest suit summarise summarize supersede supervise supplement supply support suppress surface
surpass surround surrender survey survive suspend sustain swap switch symbolise symbolize sync synchronise synchronize
tabulate tag tailor talk tally tamper target task tax terminate test text thank tick tie time timestamp title toggle
tolerate total touch tour trace track trade train transact transcribe transfer transform transition translate transmit
transport travel traverse treat trend trigger trim trip troubleshoot truncate trust try tune turn tweet type undelete
unify uninstall unite unlock unmount unpack unregister unsubscribe update upgrade upload use utilise utilize vacate
validate value vary vend vent ventilate verify version view violate virtualise virtualize visit visualise visualize
void voice vote wait waive wake walk want warn warrant watch weigh weight welcome whitelist widen wipe wish work wrap
yield zoom autosave autofill autocomplete crosscheck refactor onboard offboard bookmark benchmark blacklist denylist
allowlist checkpoint fingerprint geolocate decrement deduplicate denormalise denormalize preload prepopulate
preconfigure reauthenticate rebalance reboot rebuild recompute reconnect reencrypt reevaluate reformat regenerate
reindex reload remap reprocess requeue resubmit retransmit retest rerun revalidate rollback sideload subdivide
throttle tokenise tokenize unassign unblock uncheck unmask unpublish unzip zip autodetect multiplex serialise
serialize deserialise deserialize pay-out dial charter deter equal exempt inventory liaise outsource overhear oversee
rinse rivet signpost smooth soften solve sound spray stretch summon swipe tap taper tow unload unplug vibrate wash
weld
"""

# Base, past, participle (one word when the same); -s and -ing are derived.
_IRREGULAR = """
arise arose arisen|awake awoke awoken|be was been|bear bore borne|beat beat beaten|become became become
begin began begun|bend bent|bet bet|bid bid|bind bound|bite bit bitten|bleed bled|blow blew blown
break broke broken|breed bred|bring brought|broadcast broadcast|build built|burn burnt|burst burst|buy bought
cast cast|catch caught|choose chose chosen|cling clung|come came come|cost cost|creep crept|cut cut|deal dealt
dig dug|do did done|draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|dwell dwelt|eat ate eaten
fall fell fallen|feed fed|feel felt|fight fought|find found|fit fit|flee fled|fling flung|fly flew flown
forbid forbade forbidden|forecast forecast|foresee foresaw foreseen|forget forgot forgotten
forgive forgave forgiven|freeze froze frozen|get got got|get got gotten|give gave given|go went gone
grind ground|grow grew grown|hang hung|have had|hear heard|hide hid hidden|hit hit|hold held|hurt hurt
input input|keep kept|know knew known|lay laid|lead led|lean leant|leap leapt|learn learnt|leave left|lend lent
let let|lie lay lain|light lit|lose lost|make made|mean meant|meet met|mislead misled|mistake mistook mistaken
misunderstand misunderstood|offset offset|output output|outdo outdid outdone|overcome overcame overcome
overdraw overdrew overdrawn|override overrode overridden|overrun overran overrun|oversee oversaw overseen
overtake overtook overtaken|overwrite overwrote overwritten|partake partook partaken|pay paid|preset preset
prove proved proven|put put|quit quit|read read|rebuild rebuilt|redo redid redone|repay repaid|rerun reran rerun
resend resent|reset reset|retake retook retaken|rethink rethought|rewind rewound|rewrite rewrote rewritten
rid rid|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said|see saw seen|seek sought|sell sold
send sent|set set|shake shook shaken|shed shed|shine shone|shoot shot|show showed shown|shrink shrank shrunk
shut shut|sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|speed sped|spell spelt
spend spent|spin spun|split split|spread spread|spring sprang sprung|stand stood|steal stole stolen|stick stuck
strike struck|string strung|strive strove striven|swear swore sworn|sweep swept|swim swam swum|swing swung
take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown
undergo underwent undergone|understand understood|undertake undertook undertaken|undo undid undone
unfreeze unfroze unfrozen|uphold upheld|upset upset|wake woke woken|wear wore worn|weave wove woven|win won
wind wound|withdraw withdrew withdrawn|withhold withheld|withstand withstood|write wrote written
"""

# More than one syllable, stress on the last: the consonant doubles. Those in -l also without, as Americans write.
_DOUBLING = listed(
    """
    abet abut admit allot annul begin bootstrap cancel channel commit compel concur confer control debug defer deter
    dispel embed emit enrol equip excel expel forget format fulfil handicap incur infer input instal kidnap label
    model occur omit output outrun overlap overrun patrol permit prefer program propel rebut recur refer regret repel
    reset rerun signal sideslip submit reformat remap resubmit retransmit total transfer transmit travel unzip upset
    uninstal unwrap whip worship crop multiplan preplan unplug zigzag autofil overfit outwit backlog rebid undercut
    """
)
_VOWELS = frozenset("aeiou")
_SHORT = 4


def _doubles(verb: str) -> bool:
    if verb in _DOUBLING:
        return True
    sound = verb.replace("qu", "q")
    if verb[-1] in "wxy" or [letter in _VOWELS for letter in f"-{sound}"[-3:]] != [False, True, False]:
        return False
    return sum(letter in _VOWELS for letter in sound) == 1


def third_person(verb: str) -> str:
    """ "apply" gives "applies"."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def gerunds(verb: str) -> tuple[str, ...]:
    """ "stop" gives "stopping"; two spellings where both are in use."""
    if verb.endswith("ie"):
        return (f"{verb[:-2]}ying",)
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return (f"{verb[:-1]}ing",) if verb != "age" else ("aging", "ageing")
    if _doubles(verb):
        doubled = f"{verb}{verb[-1]}ing"
        return (doubled, f"{verb}ing") if verb.endswith("l") and len(verb) > _SHORT else (doubled,)
    return (f"{verb}ing",)


def pasts(verb: str) -> tuple[str, ...]:
    """ "stop" gives "stopped"; two spellings where both are in use."""
    if verb.endswith("e"):
        return (f"{verb}d",)
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return (f"{verb[:-1]}ied",)
    return tuple(f"{form[:-3]}ed" for form in gerunds(verb))


_IRREGULARS = [entry.split() for line in _IRREGULAR.strip().splitlines() for entry in line.split("|")]

BASES: frozenset[str] = frozenset(_REGULAR.split()) | {entry[0] for entry in _IRREGULARS}
"""Infinitives."""

_KEEP_REGULAR_PAST = {"burn", "learn", "lean", "dream", "leap", "spell", "dwell", "light", "fit", "broadcast", "speed"}
_KEEP_REGULAR_PAST |= {"input", "output", "forecast", "wake", "awake", "hang", "ground", "wind", "strive", "string"}
_REGULAR_BASES = (BASES - {entry[0] for entry in _IRREGULARS}) | (_KEEP_REGULAR_PAST & BASES)

THIRD: dict[str, str] = {third_person(verb): verb for verb in BASES}
"""From "stores" to "store"."""

GERUNDS: dict[str, str] = {form: verb for verb in BASES for form in gerunds(verb)}
"""From "storing" to "store"."""

PASTS: dict[str, str] = {form: verb for verb in _REGULAR_BASES for form in pasts(verb)}
"""From past tenses ("stored", "took") to infinitives."""
PASTS |= {entry[1]: entry[0] for entry in _IRREGULARS}

PARTICIPLES: dict[str, str] = {form: verb for verb in _REGULAR_BASES for form in pasts(verb)}
"""From past participles ("stored", "taken") to infinitives."""
PARTICIPLES |= {entry[-1]: entry[0] for entry in _IRREGULARS}
