"""The words that leave open how fast, how many, how good or when, and where they mean something exact."""

from specloom.ai.rules.phrases import Phrases, listed

HEDGE = "delete it, or say in which cases it holds and in which it does not"
VAGUE = Phrases(
    {
        "give the time it may take and in which share of cases": """
            fast|quick|quickly|rapid|rapidly|swift|swiftly|speedy|speedily|responsive|snappy|slow|slowly|performant
            high-performance|high performance|low-latency|low latency|short time|real-time performance|lightning-fast
        """,
        "give the figure that it has to reach": """
            efficient|efficiently|effective|effectively|reliable|reliably|robust|robustly|stable|scalable|scalably
            high-quality|high quality|high-availability|highly available|powerful|lightweight|cost-effective|minimal
            minimally|optimal|optimally|optimum|maximal|good performance|resilient|fault-tolerant|resource-efficient
            significant|significantly|considerable|considerably|substantial|substantially|marginal|marginally
            moderate|moderately|accurately|precisely|high accuracy|high degree of|high level of|low cost|highly
            heavily|mission-critical
        """,
        "say which changes, settings or variants must be possible": """
            flexible|flexibly|versatile|adaptable|extensible|customizable|customisable|maintainable|portable|reusable
            interoperable|future-proof|modular|easily configurable|highly configurable|configurable as required
        """,
        "name the criteria by which somebody decides what fits": """
            appropriate|appropriately|adequate|adequately|suitable|suitably|proper|properly|correctly|relevant
            reasonable|reasonably|acceptable|acceptably|satisfactory|satisfactorily|sufficient|sufficiently|enough
            sensible|sensibly|meaningful|meaningfully|useful|usefully|helpful|desirable|worthwhile|fair|fairly
            as expected|as desired|to an acceptable level|to a sufficient degree|in a suitable way
            in an appropriate manner
        """,
        "describe what is normal here, or give the conditions": """
            normal|typical|usual|general|common|commonly|customary|standard way|ordinary|ordinarily|conventional
            regular basis|under normal circumstances|industry-standard|industry standard|best practices
            best practice|state of the art|state-of-the-art|modern|up-to-date|cutting-edge|latest technology
            world-class|enterprise-grade|enterprise-class|military-grade|bank-grade|professional-grade
        """,
        HEDGE: """
            normally|typically|usually|generally|almost always|almost|mostly|largely|mainly|nearly always
            more often than not|predominantly|primarily|as usual|partly|partially|hardly|scarcely
        """,
        "name the behaviour that an observer could check": """
            seamless|seamlessly|smooth|smoothly|graceful|gracefully|transparent|transparently|clearly|comprehensive
            comprehensively|thorough|thoroughly|sophisticated|smart|smartly|intelligent|intelligently|extensive
            extensively|rich|full-featured|feature-rich|complete solution|well-designed|well-structured
            well-documented|high-level|basic functionality|advanced|strong|strongly|safely|securely|consistent
            consistently|hassle-free|effortless|effortlessly|dynamic|dynamically|compact|concise|concisely|detailed
            carefully|timely|user-centric
        """,
        "give the size, the length or the number": """
            large|larger amounts|big|small|tiny|huge|vast|massive|long|short|high volume|high volumes|low volume
        """,
    }
)
# Followed by one of these the word is part of a term that has a meaning of its own.
TERMS = {
    "high-level": "language architecture design overview",
    "significant": "figure figures digit digits bit bits",
    "normal": "form distribution mode operation operations",
    "fast": "food track forward lane charging charger",
    "general": "ledger public manager assembly practitioner terms",
    "common": "name law carrier ground stock",
    "standard": "way",
    "large": "language print",
    "small": "business businesses claims",
    "long": "as term running run press",
    "short": "code codes message circuit name url link term",
    "big": "data endian",
    "smart": "card cards phone phones meter meters contract contracts device devices tv lock locks home homes watch",
    "strong": "customer authentication password passwords",
    "rich": "text media",
    "dynamic": "programming range link host",
    "dynamically": "linked typed",
    "regular": "expression expressions customer customers price",
    "modern": "slavery",
    "advanced": "encryption",
    "transparent": "proxy background pixel pixels data",
    "relevant": "authority",
    "consistent": "hashing with read reads",
    "correctly": "answered",
    "stable": "release version identifier id url order sort",
    "proper": "name names noun subset",
    "compact": "disc disk",
    "fair": "use value",
    "portable": "document radio",
    "modular": "arithmetic",
    "effective": "date dates from until on immediately",
    "detailed": "in",
}
# Words that are vague only before a noun, or as a predicate; elsewhere they are verbs or compare.
ONLY_ATTRIBUTES = listed(
    """
    long short large big small detailed slow smooth moderate regular
    """
)

SUBJECTIVE = Phrases(
    {
        "say what a person must be able to do without help, in which time and with how many errors": """
            easy|easily|easy-to-use|easy to use|ease of use|simple|simply|straightforward|intuitive|intuitively
            user-friendly|user friendly|usable|self-explanatory|self explanatory|easy to understand|easy to learn
            understandable|comprehensible|convenient|conveniently|comfortable|comfortably|painless|natural|familiar
            accessible way|uncluttered|friendly|ergonomic|readable|clear|hassle free|frictionless|low learning curve
        """,
        "describe what it must look like, or name the style guide": """
            nice|nicely|attractive|attractively|beautiful|beautifully|appealing|pretty|sleek|elegant|elegantly
            stylish|clean|visually pleasing|pleasing|pleasant|professional|professional-looking|modern-looking
            look and feel|good-looking|eye-catching|aesthetic|aesthetically pleasing|fresh|cool
        """,
        "name the facts by which people could agree on it": """
            good|bad|great|excellent|wonderful|outstanding|superb|perfect|perfectly|ideal|satisfying|satisfied
            delightful|enjoyable|fun|exciting|interesting|engaging|amazing|awesome|well enough|wisely|obvious
            obviously|trivial|hard|difficult|tedious|annoying|cumbersome|ugly|boring|acceptable to users
            high standard|quality experience|important|unimportant
        """,
    }
)
SUBJECTIVE_TERMS = {
    "simple": "majority mail object average",
    "natural": "person persons language key gas number numbers",
    "professional": "services service liability body",
    "clear": "text",
    "clean": "architecture code room copy install build",
    "good": "faith standing practice",
    "bad": "debt debts request gateway",
    "fun": "fact",
    "cool": "down",
    "perfect": "match",
    "hard": "disk disks drive drives copy copies limit limits delete coded stop",
    "friendly": "name names url urls",
    "satisfied": "by with",
    "fresh": "install data air water",
    "engaging": "in",
}
ONLY_SAID_OF_THINGS = frozenset({"clear", "clean", "cool", "perfect", "fresh", "hard", "engaging", "satisfied"})

QUANTITY = Phrases(
    {
        "": """
            several|some|many|few|a few|various|multiple|numerous|a number of|a lot of|lots of|plenty of
            a variety of|a wide variety of|a wide range of|a range of|a large number of|a small number of
            large numbers of|most|majority of|the majority of|a handful of|a couple of|a set of different
            a great deal of|much|countless|certain|different kinds of|large amounts of|a large amount of
            a large volume of|large volumes of|vast amounts of|a bit|a minimum amount of
        """
    }
)
COUNTED = {
    "multiple": "choice tenancy tenant selection",
    "most": "recent recently likely",
    "much": "as",
    "many": "as",
    "certain": "that of",
}

TIME = Phrases(
    {
        "give the longest time, and from which event it counts": """
            soon|promptly|shortly|immediately|instantly|instantaneously|instantaneous|immediate|without delay
            without undue delay|in a timely manner|in a timely fashion|in due time|in due course|in good time
            in time|within a reasonable time|in a reasonable time|within reasonable time|in a short time
            within a short time|in a short period of time|in real time|in real-time|real-time|in near real time
            near real-time|near-real-time|at short notice|quickly enough|within an acceptable time
            in an acceptable time|asap|a short while|right away|straight away|on time|just in time
            as fast as possible|as quickly as possible|as soon as practicable
        """,
        "give the interval or the points in time": """
            periodically|periodic|regularly|occasionally|occasional|frequently|frequent|often|sometimes
            from time to time|at regular intervals|on a regular basis|at certain intervals|at intervals|continuously
            constantly|rarely|seldom|every so often|now and then|repeatedly|continually|at all hours|once in a while
            infrequently
        """,
        "say by which date, release or event": """
            eventually|later|in the future|at a later time|at a later date|at a later stage|sooner or later
            ultimately|for some time|for a while|for a certain time|for a limited time|temporarily|recently|recent
            for an extended period|for a long time|at some point|in the near future|in the long term|nowadays
            for a certain period
        """,
    }
)
TIME_TERMS = {
    "immediate": "family parent child predecessor successor superior",
    "frequent": "flyer flyers asked",
    "frequently": "asked",
    "later": "than",
    "immediately": "before preceding",
    "on time": "of",
    "in time": "for of zone",
    "real-time": "clock operating kernel",
    "often": "as",
    "soon": "as",
}
TIMED_BEFORE = {
    "later": frozenset({"or", "and", "no", "not", "sooner"}),
    "often": frozenset({"how", "as"}),
    "soon": frozenset({"as", "how"}),
}
NEVER_AFTER = {
    "in time": frozenset({"point", "points"}),
    "recent": frozenset({"most"}),
    "recently": frozenset({"most"}),
    "frequently": frozenset({"most", "more"}),
    "many": frozenset({"how", "as", "so", "too"}),
    "much": frozenset({"how", "as", "so", "too"}),
    "long": frozenset({"as", "how", "so"}),
    "most": frozenset({"at", "the"}),
    "certain": frozenset({"a", "make"}),
    "few": frozenset({"as", "too"}),
    "fast": frozenset({"as", "how", "too"}),
    "quickly": frozenset({"as", "how", "too"}),
    "general": frozenset({"in"}),
    "common": frozenset({"in", "most"}),
    "relevant": frozenset({"if"}),
}
