"""The words of qualities that a product has while it runs: how fast it is, how well it fits in, how reliable, how safe.

The characteristics and sub-characteristics are those of ISO/IEC 25010:2023.
"""

from specloom.ai.classification.topics import Topic, quality
from specloom.vocabulary.requirements import Quality

TIME_BEHAVIOUR = quality(
    Quality.PERFORMANCE_EFFICIENCY,
    "time_behaviour",
    strong="""
        blink of an eye; quickly even; of a second; without delay; without noticeable delay; at once; respond* within;
        keep up with; sluggish; lag free; wait longer; waiting for; respon* time*; reaction time; latenc*; throughput;
        turnaround time; processing time; load* time*; execution time; wait* time; response* within # @moment; within #
        @moment; within ~ # @moment; in less than # @moment; in under # @moment; less than # @moment; no more than #
        @moment; at most # @moment; longer than # @moment; not exceed # @moment; exceed* # @moment; no later than #
        @moment; under # @moment; below # @moment; < # @moment; ≤ # @moment; faster than; milliseconds; maximum of #
        @moment; p95; p99; percentile; per second; transactions|requests|messages per second|minute|hour; records per;
        pages per minute; performance degrad*; degrad* ~ performance; respond* fast; respond* quick*; respond* prompt*;
        timely manner; timely fashion; acceptable time; reasonable time; real time response*; near real time; within one
        @moment; within a second; later # @moment; later than # @moment
        """,
    clear="""
        keep* ~ waiting; long waits; performs well; snappy; responsive; in time; by the next @period; frequently
        accessed; indexes; lazy loading; every # second*; in under # @hours; in less than # @hours; # seconds; # second;
        # ms; in # @moment; # @moment or fewer; within a minute|moment; within one ~ of a second; fast; faster; quick;
        quickly; rapid*; speed*; slow*; instant*; immediate respon*; delay*; lag; eager load*; timely; high performance;
        performance; performant; real time; takes|take|taking ~ # @moment; # seconds or less; # @moment or less; non
        blocking; nonblocking; asynchronous*; cache; cached; caching; @moment of the request; up to date every; refresh*
        every; peak hour*; render* within; batch window; # fps; frames per second; frame rate; hz; short time; time out;
        efficient*; efficiency; optimi*
        """,
    against="""
        a second time; contract tests; tests @modal; ambient; a random time; wait ~ before; downtime; down time;
        uptime; session*; training; reminder*; idle; inactivity; battery; maintenance; learn; attempts;
        user|users @modal be able to ~ ~ within
        """,
    hint="""
        @moment; @hours; within # @hours|@period; every hour; immediately; prompt*; async; interval*;
        period of time; duration; await; per minute; per hour
        """,
    heading="performance; efficiency; response; speed; throughput; latenc*; timing; service level*",
)

PERFORMANCE: tuple[Topic, ...] = (
    TIME_BEHAVIOUR,
    quality(
        Quality.PERFORMANCE_EFFICIENCY,
        "resource_utilization",
        strong="""
            storage requirements; free space; mobile data; data plan; battery drain; consume less; # watts; kwh;
            memory usage; memory consumption; memory footprint; cpu usage; cpu utili*; cpu load; processor load;
            disk usage; bandwidth usage; battery life; battery consumption; energy consumption; power consumption;
            resource consumption; resource usage; resource utili*; utili* of cpu|memory|disk|network|resources;
            # of cpu; # of memory; # of ram; consume* ~ #; connection pool*; disk space; bandwidth
            """,
        clear="""
            # byte|bytes; # mb|gb|kb|kilobytes; footprint; cpu; ram; memory; mb of; gb of; megabytes; gigabytes;
            kilobytes; pooling; overhead; energy effici*; power effici*; data usage; storage space; low bandwidth;
            compress*; lightweight
            """,
        hint="storage; battery; kbps; mbps; pool",
        heading="resource*; memory; hardware limits",
    ),
    quality(
        Quality.PERFORMANCE_EFFICIENCY,
        "capacity",
        strong="""
            rush hour; serv* # companies|tenants|organisations|organizations|@people; busy hours; busiest; at peak; peak
            times; peak traffic; surge*; spikes; users online; millions of; thousands of; tens of thousands; hundreds of
            ~ @people; records in the database; orders a|per day; messages a|per day; visitors a|per day; up to #
            gb|mb|tb|records|entries|items|files; at least # gb|mb|tb|records|entries|items|files; concurrent ~
            @people|session*|connection*|request*|transaction*; simultaneous ~ @people|session*|connection*|request*; #
            ~ simultaneous*|concurrent*; @people ~ simultaneous*|concurrent*; # ~ at the same time; # ~ in parallel;
            users ~ at the same time; peak load*; peak usage; # transactions a|per; # requests a|per; users at once;
            heavy load; workload; work load; capacity of #; support up to #; support at least #; support a minimum of #;
            support a maximum of #; support # @people; support # ~ @people; handle #; handle up to #; handle at least #;
            process at least #; capable of handling; capable of processing; able to handle; accommodate #; accommodate
            up to #; accommodate at least; up to # @people; minimum of # @people; maximum of # @people; store up to #; #
            million; # billion; data volume*; volume of data; large volume*; large number*; hold # years; # years of;
            high volume*; load of
            """,
        clear="""
            concurrent*; simultaneous*; support #; # ~ a|per day|hour; capacity; at the same time; in parallel;
            number of @people; multiple remote @people; many @people; # users; # concurrent; # records;
            accommodat*; # customers; load test*; peak; database size; file size*; hold at least #; # entries;
            amount of data; cater; all of the @people; handle all; users during; # sessions; # connections
            """,
        hint="volume*; handle; load; # thousand; # items; hold; size of; scale",
        heading="performance; capacity; volume*; load; sizing; throughput",
    ),
)

COMPATIBILITY: tuple[Topic, ...] = (
    quality(
        Quality.COMPATIBILITY,
        "interoperability",
        strong="""
            understand|read|open ~ files of|from; files of the old|former|previous @product; talk to ~ @product; hook
            into; connect with ~ @product; interoperate; exchange files with; read by ~ other; understood by ~ other
            @product; exported in ~ format; data ~ shared with ~ @product; same ~ as the existing @product; active
            directory; outlook; exchange server; google calendar; ical; dublin core; datacite; marc; oai pmh; modbus;
            opc ua; can bus; rfid; nfc; bluetooth; backward* compat*; downward* compat*; old|older ~ clients; previous
            versions; version # as well as; existing clients; work with ~ already|existing; already have|use|installed;
            over modbus|mqtt|ethernet|usb|serial; interoperab*; interface with; interfaces with; interfacing with;
            integrat* with; integration with; communicate with ~ @product; compatible with; compatibility with; exchange
            data; exchange of data; data exchange; exchange information; connect to ~ @product; interface to ~ @product;
            third party @product; external @product; legacy @product; existing @product; hl7; fhir; edi; edifact; soap;
            odbc; jdbc; ldap; single sign on ~ provider; web service*; rest api; restful; openapi; graphql; iso 8601;
            wire format; utf 8; import from ~ @product; export to ~ @product; interchange
            """,
        clear="""
            compatib*; sap; salesforce; integrat*; interface between; api; apis; protocol*; json; xml; csv format; data
            format*; file format*; industry standard format*; standard format; open standard*; synchroni* with ~
            @product; external interface*; tcp; http; https; mqtt; smtp; sftp; ftp; odata; webhook*; message queue;
            adapter*; communicat* ~ over|via|through|using; data feed*; sql server; existing ~ infrastructure; the
            existing @product
            """,
        hint="""
            metadata; encoded in; interface*; external; import*; export*; connect*; communicat*; exchang*; format*;
            third party
            """,
        against="reduction vs|versus; compared to|with; integrated throughout",
        heading="interoperab*; integration*; compatib*; external interface*; interfaces; communication*; api",
    ),
    quality(
        Quality.COMPATIBILITY,
        "co_existence",
        strong="""
            coexist*; co exist*; side by side; share ~ environment; not interfere with; without interfer*;
            without affecting ~ other @product; adverse* affect* ~ other @product; without conflict*;
            alongside other|existing; conflict with other @product; same server as; same machine as
            """,
        clear="alongside; share ~ resources; not affect ~ other; together with other @product",
        heading="co existence; coexistence",
    ),
)

RELIABILITY: tuple[Topic, ...] = (
    quality(
        Quality.RELIABILITY,
        "availability",
        strong="""
            24 hour; any time of the day; never be down; not be down; without downtime; no downtime; up at all times;
            reachable at all times; reachable around; operates day and night; day and night; weekends; bank holidays;
            public holidays; open # hours; in service; out of service; unreachable ~ for; availab* ~ # %; # % availab*;
            # % uptime; # % up time; uptime; up time; downtime; down time; downtime ~ # @moment; 24 7; 24 x 7; 24 hours
            a|per|each|every day; 24 hours ~ # days; twenty four hours a|per day; # hours ~ # days a|per; around the
            clock; round the clock; # days a week; # days per week; seven days; 365 days; high availab*; high* availab*;
            availability; available ~ business hours; available during; operational ~ hours; available for use; outage*;
            planned maintenance; scheduled maintenance; maintenance window*; maintenance downtime; # hours a day; #
            hours per day; always be available; available at all times; available at any time; continuous* availab*;
            continuous* operat*; unplanned; online ~ # %; accessible ~ # hours; unavailab*; 24 x7
            """,
        clear="""
            # % of the time; be available between; available from #; available #; operating hours; business hours;
            working hours; any time of day; at any hour; at all times; service hours; always on; be available to;
            up and running; available on|throughout; year round; health check*; heartbeat*
            """,
        against="# hours after|before|later|earlier; # hours in advance; # hours ~ # hours after|before",
        hint="availab*; accessible; online; maintenance; a month|year; operational",
        heading="availab*; uptime; service level*; reliability",
    ),
    quality(
        Quality.RELIABILITY,
        "fault_tolerance",
        strong="""
            even when ~ bad|down|lost|broken; withstand|withstands; one node fails; a disk fails; if ~ goes down; when ~
            goes down; server fails; lose* ~ connection; loss of ~ network|signal|power|communication; no network; no
            connection; no internet; poor ~ coverage|connection|network; without mobile coverage; spare; self heal*; not
            bring down; not affect the rest; not stop ~ others; carry on; still work when; still function; buffer* ~
            until; queue* ~ until ~ restored; go on when; keep* working ~ when; keep* running; is down; are down; does
            not answer; not answer; while ~ unavailable; when ~ unreachable; is unreachable; fault toleran*; failover;
            fail over; redundan*; single point of failure; graceful* degrad*; degrade* graceful*; continue to operate;
            continue to function; continue operating; continue working; continue to work; remain operational; offline
            mode; work offline; operate offline; without ~ network; without ~ internet; without ~ connection; loss of ~
            connection; lost connection; network failure*; connection fail*; power fail*; power outage; power loss;
            hardware failure; in case of failure; in the event of ~ fail*; circuit breaker*; retry; retried; retries;
            transient; backoff; resilien*; robust*; toleran*; survive*; mirror*; replicat*; backup server; crash*;
            exception handling; not crash; even if ~ fail*; continue* ~ when ~ lost; without interruption; without data
            loss; standby; hot swap*; while ~ running; without stopping
            """,
        clear="""
            failure of; failures; offline; interrupt*; disconnect*; error condition*; unexpected; malfunction*;
            exceptions ~ handled|caught|thrown; unresponsive; timeout; partial failure; degraded mode;
            duplicate server; abnormal*
            """,
        hint="if ~ fails; failure; failed; error*; fault*; unavailable; when ~ lost; outage",
        heading="fault toleran*; robust*; resilien*; reliab*; failure*; error handling",
    ),
    quality(
        Quality.RELIABILITY,
        "recoverability",
        strong="""
            again within; ready again; after ~ power cut|outage|crash; nothing ~ lost; no data ~ lost; must not be lost;
            never lose; not lose; lost data; reinstat*; go back to ~ previous version; revert to; restart*
            automatically; comes back; archive copies; nightly copy; copied ~ to ~ second; power cut|loss; working
            again; back in operation; up again; running again; second copy; copies of ~ data; different buildings;
            another site; geograph* separate*; recover*; restor* ~ data; restor* from; backup*; back up; backed up;
            backs up; disaster; rpo; rto; mean time to re*; mttr; roll back; rollback; rolled back; restart* ~
            after|within; resume* ~ after; reboot*; point in time recover*; database snapshot*; replay; checkpoint*;
            acid; transaction boundar*; acid properties; data loss; loss of data; lose data; restore; restored; restores
            """,
        clear="""
            restart*; resume*; persist* ~ across; previous state; last saved; transaction log; undo fail*;
            journal*; volumes ~ persist; be lost; survive a restart; archive tape; off site; offsite
            """,
        hint="persist*; retain* ~ failure; save* automatic*",
        heading="recover*; backup*; disaster*; business continuity",
    ),
    quality(
        Quality.RELIABILITY,
        "faultlessness",
        strong="""
            @modal fail at most; recogni* ~ # of #; wrong by; # crash*; free of defects; bug free; fail* less than;
            fail* fewer than; fewer than # fail*; wrong ~ in no more than; error rate ~ below; known defects; critical
            defects; service life; lifespan; durab*; @modal be ~ reliable; reliability; reliably; mean time between;
            mtbf; failure rate; defect rate; error rate; error free; free of errors; without error*; defect*; bugs;
            stable; stability; # failures; dependab*; mature; maturity; # errors per; # % success rate; success rate;
            severity # bug*; fail* ~ no more than
            """,
        clear="""
            reliable; consistent* results; idempotent; deterministic; correct operation; trustworth*; accura* ~ # %
            """,
        heading="reliab*; maturity; dependab*",
    ),
)

SAFETY: tuple[Topic, ...] = (
    quality(
        Quality.SAFETY,
        "fail_safe",
        strong="""
            stand|stands still while; reaches into; @modal not turn when; @modal not move|start|open|run while;
            stop|stops when somebody|someone|anybody; fire alarm; too hot; before it overheats; catches fire; stop ~
            when ~ door|hand|person|guard|hood|lid; shut off; cut off ~ power; switch off ~ if ~ overheat*|smoke|gas;
            emergency button; stop button; crush*; pinch*; burn*; scald*; electric shock; child lock; maximum dose;
            overdos*; fail safe; failsafe; safe state; safe mode; emergency stop; emergency shut*; safety; shut down
            safely; interlock*; hazard*; watchdog; safe condition; safe position; sil #; asil
            """,
        clear="""
            unless the guard; runaway; tip over; brake; dose; door ~ opened; collision*; overheat*; injur*; harm*;
            danger*; unsafe; safe operat*; safely; overpressure; leak detect*; toxic; radiation; explosi*;
            evacuat*; life threatening; physical damage; emergency
            """,
        hint="shut down; temperature limit; alarm*; fire; obstacle*",
        against="safety net; safety margin; thread safe*; type safe*; thread safety; type safety",
        heading="safety; hazard*; fail safe",
    ),
    quality(
        Quality.SAFETY,
        "hazard_warning",
        strong="""
            warn* ~ danger*|hazard*|harm*|unsafe; hazard warning; safety alarm; alarm ~ sound*; audible alarm;
            visual alarm; alert ~ dangerous|unsafe|hazardous
            """,
        clear="danger sign; safety warning",
        heading="hazard warning*; alarms",
    ),
)
