"""The words of what a product does, of the rules of a business, and of the law that obliges a product."""

from specloom.ai.classification.topics import Topic, quality
from specloom.vocabulary.requirements import Quality, RequirementType

# Verbs of what software does for people and with data; their other forms are given by the stems.
ACTIONS = """
    display* show* list* view* search* find* filter* sort* browse* select* choose* pick* enter* input* edit* add*
    create* delete* remov* updat* modif* chang* save* submit* send* receiv* notif* alert* inform* remind* email*
    print* generat* produc* calculat* comput* record* register* track* upload* download* import* export* copy* move*
    assign* schedul* book* cancel* reserv* order* pay* purchas* buy* sell* invoice* bill* charge* refund* confirm*
    approv* reject* request* prompt* ask* offer* present* return* retriev* fetch* query* report* summari* group*
    merge* split* link* attach* associat* map* match* compar* convert* translat* play* pause* stop* start* launch*
    open* close* lock* unlock* rate* comment* share* invite* follow* post* publish* archiv* purg* populat* specify*
    defin* set* highlight* indicat* zoom* preview* mark* flag* validat* verif* check* detect* determin* identif*
    collect* captur* scan* read* write* store* keep* process* execut* initiat* trigger* activat* deactivat* enabl*
    disabl* log* manag* administer* organi* allocat* forward* redirect* route* transfer* sync* renew* issue* accept*
    provid* allow* let* give* contact* call* message* answer* reply* vote* draw* plot* control* switch* turn* adjust*
    drop* trade* negotiat* begin* end* block* refus* tell* log place* take* withdraw* see
"""

FUNCTION_SETS = {"act": ACTIONS}

FUNCTIONAL = Topic(
    RequirementType.FUNCTIONAL,
    strong="""
        possible to @act; allow* @people to @act; allow* the @people to @act; enabl* @people to @act;
        enabl* the @people to @act; able to @act; ability to @act; capability to @act; as a|an ~ i want;
        as a|an ~ i want ~ @act; @product @modal @act; @modal @act; i want to @act; search functionality;
        @modal also @act; @modal automatically @act; @modal then @act; option to @act; option of; functionality to;
        feature to; notification*; class ~ str|int|string|text|float|bool|boolean|datetime|uuid|field
        """,
    clear="""
        allow*; enabl*; @modal provide; @modal have the ability; @modal have the option; search results; list of;
        drop down; dropdown; checkbox*; text field*; input field*; the following fields; the following information;
        form ~ contain*; when the user; when a user; if the user; upon; clicks; selects; presses; e mail*; email*;
        report; reports; invoices; screen ~ show*; dialog*; @modal include; @modal contain; @modal consist;
        function*; feature*; button; submit*; dashboard*; history; a second time; only once; used twice; more than once
        """,
    hint="""
        @act; display*; menu; page; data; information; status; request*; field*; when; if; created; selected;
        entered; by clicking; based on
        """,
    against="""
        @modal be easy; @modal be able to use; @modal comply; @modal conform; @modal be available; @modal run;
        @modal operate; @modal interface; @modal be designed; @modal be intuitive; @modal be compatible;
        @modal not exceed; @modal be developed
        """,
    heading="function*; feature*; use case*; user stor*; behaviour; behavior; workflow*; capabilities; epic*",
)

CORRECTNESS = quality(
    Quality.FUNCTIONAL_SUITABILITY,
    "functional_correctness",
    strong="""
        accuracy; accurate to; accurate within; @modal be accurate; precision of; decimal place*;
        significant digits; rounding error*; margin of error; precise to; correct to; false positive*;
        false negative*; deviation of
        """,
    clear="accurate*; precis*; correctness; exactness; # decimals; rounded to; tolerance of",
    against="accurate* display*; accurate* show*",
    heading="accuracy; precision; correctness",
)

BUSINESS_RULE = Topic(
    RequirementType.BUSINESS_RULE,
    strong="""
        has|have one vote; withdrawn after; returned when; longer than # hours|days; accompanied by; has|have # members;
        vote is|are valid; notice ~ # @period; # @period notice; fine|fee doubles; become|becomes binding; takes effect;
        comes into force; valid until|till|through; extend* ~ once; given away; eligib*; ineligib*; entitled to;
        entitle*; discount*; surcharge*; late fee*; cancellation fee*; interest rate*; commission*; overdraft; needs
        approval; need approval; requires approval; require approval; requires ~ approval; must be approved by; shall be
        approved by; approval of; approved by ~ before; approval by; be authorised by; be authorized by; two signatures;
        is rejected when|if; are rejected when|if; suspended for; handed over to; free of; accrue*; deducted; reimburs*;
        forfeit*; pro rated; take place; is calculated as; are calculated as; be calculated as; is computed as; is
        defined as; are defined as; is considered; are considered; be considered; is deemed; are deemed; be deemed;
        counts as; count as; is treated as; are treated as; classified as; @money ~ needs|need|requires; over @sign #;
        above @sign #; exceeds @sign #; at most # @entity; more than # @entity; no more than # @entity; up to # @entity;
        maximum of # @entity; per @entity; years old; years of age; under the age; minimum age; at least # years; credit
        limit*; business rule*; policy holder*; free of charge; not be combined; cannot be combined; must not be
        combined; exactly one @entity; only one @entity; @entity may have; @entity can have; @entity may hold; @entity
        can hold; @entity expire*; must have passed|completed|paid|reached; waived; penalt*; non refundable; refundable;
        bonus; belongs to exactly; must belong to; may not exceed; is due; are due; payable within; valid for #; #
        business days; # working days; goes back to; go back to; one ~ per @entity|@people; # percent of the; only ~
        may|can apply|register|book|borrow|buy|claim|participate|receive|vote; must be signed by; countersign*; four
        eyes; prerequisite*; @entity must be paid; deductible; premium rate*; quota; formula for; is the sum of; may not
        ~ more than; within # days of; are granted; equals the; multiplied by; divided by; minus the; plus the; pro
        rata; has priority over; takes precedence; nobody|anyone|anybody|everyone ~ may|can|must|shall;
        travel*|enter*|admitted|park*|ride|rides ~ free; is|are|be free; free @entity|ticket*|admission|entry|entrance;
        cost|costs nothing|extra; half price|fare; half the price|fare|fee|rate; pay|pays half|double|nothing|extra;
        reduced rate|price|fare|fee*; group price|rate; full price|fare|fee; get|gets ~ off; qualif* for; earn|earns #;
        earn|earns a|one|no; no longer paid|valid|accepted; is the mean|average|sum|total|difference|product of; times
        the; # and a half times; by lot; written off; not considered; owe|owes; wage*; salar*; bonus*; commission of;
        older|younger than #; # or more @people|children|persons|adults; under the age; fall|falls to the; handed in by;
        taken by the end; may|can ~ no more than #; may|can ~ at most #; has|have to sign|approve|agree; must
        sign|approve|agree; claimed within; up to # @period before; # @period before; half day|hour of
        """,
    clear="""
        must not ~ more than #; kept for ~ # years; unpaid; outstanding; grant* exception*; grant exceptions; in
        writing; beforehand; approv*; fee; fees; price*; pricing; rate of; tax rate*; policy; policies; threshold*;
        allowance; overdue; expire* after; limit of; lapse*; void; charged; payable; @entity must have; unless; only if;
        provided that; minimum order; maximum order; not be allowed; is not allowed; are not allowed; may only; can
        only; must be at least #; must be at most; must not exceed; never exceed*; not exceed ~ @money; manager*;
        supervisor; @entity must; @entity may; @entity cannot; @entity may not; drivers|workers|staff may not; @entity
        shall; @money; @sign #; # @money; within # days; after # days; at least # days; enrolled; calculated; derive*;
        bill of; grade*; must be unique; is required; whoever; accepted when; unique; refused; deposit*; fare*; rent;
        fine|fines; tip|tips; turnover; notice; deadline*; complaint*; depends|depend on the; @modal ~ by # @month; by
        the end of; before noon; the same day; residents; seniors; pensioners; families; households; groups of; fewer
        than #; more than # @people|children|floors; @period between two; first|second|third
        offence|complaint|reminder|warning; permit; at # and; worth; in cash; not paid; not
        exchanged|refunded|accepted|admitted; price of; cost of; extra; once a @period; voting; warranty; guarantee;
        gets|get|earn|earns|receive|receives # ; after # @period; must wait; # percent on
        """,
    hint="""
        exactly; must; may; limit*; only; at most; each @entity; every @entity; all @entity; percent|%; maximum;
        minimum; customer*; if
        """,
    against="""
        wrong by; nobody ~ see|read|view; characters long; characters; @product @modal; @product shall; be able to;
        allow* @people; able to @act; display*; interface; screen; page; button; @modal provide; i want; click*;
        enter|enters|scan|scans ~ code; rate limit*; api call*; tenant isolation|context|id|settings; message; by phone
        or online
        """,
    heading="""
        business rule*; rules; polic*; pricing; eligibility; terms; discounts; fees; approvals; limits;
        calculation*
        """,
)

BUSINESS_SETS = {
    "entity": """
        customer* client* account* order* invoice* loan* claim* policy policies applicant* application* student*
        employee* member* contract* payment* booking* reservation* subscription* product item* supplier* vendor*
        patient* course* ticket* rental* borrower* tenant* refund* return* purchase* shipment* delivery deliveries
        bid* offer* voucher* coupon* card* transaction* request* appointment* prescription* bag* vehicle* driver* copy
        copies book* household* department* branch*
    """,
    "month": "january february march april may june july august september october november december",
    "money": "euro* eur usd dollar* pound* gbp inr rupee* chf cad aud yen cent cents",
    "sign": "€ $ £ ₹ eur usd gbp inr rs",
}

COMPLIANCE = Topic(
    RequirementType.COMPLIANCE,
    strong="""
        building code; fire code; cookie* ~ agreed|consent*; tax office; as ~ act|law prescribe*;
        follow|follows|meet|meets din|iso|en|iec|nf|bs; ce mark*; type approval; which|what data about|on ~
        stored|held|kept; data ~ stored|held about; as ~ law|laws|act|code|statute|regulation|directive
        demand*|require*|prescribe*; given consent; has consented; report ~ to the authorities; agreed to ~ before; may
        withdraw; withdraw at any time; required by law; by law; as required by ~ law|act|regulation*; applicable law*;
        applicable regulation*; legislation; legislative; statut*; legal requirement*; legal obligation*; legally;
        regulator; regulators; regulatory; regulation*; legal; lawful*; supervisory authorit*; data subject*; right to
        be forgotten; right to erasure; right of access; data portability; lawful basis; data processing agreement*;
        data protection law*; data protection officer; privacy law*; data residency; stored within the country; stored
        in the country; within the european union; within the eu; federal; directive*; ordinance; tax law*; tax
        authorit*; accounting standard*; certified by; certification; accredit*; anti money laundering; aml; know your
        customer; kyc; sanction* list*; compliance with; in compliance; comply with ~
        law*|regulation*|act|standard*|rules|requirement*|guideline*|polic*; compl* with; complies; compliant;
        compliance; conform* to ~ law*|regulation*|act|standard*|guideline*|requirement*; legal retention; retention
        period*; retention polic*; withdraw ~ consent; consent; e invoice*; e invoicing; liabilit*; lawsuit*;
        litigation; copyright*; intellectual property; trademark*; patent*; terms of service; accessibility guideline*;
        pass ~ audit; independent audit; statutory; disclaimer; auditors; legal department
        """,
    clear="""
        kept for ~ # years; retained for ~ # years; stored for ~ # years; archived for ~ # years;
        keep ~ for # years; retain ~ for # years; kept for # years; kept for two years; comply; conform*;
        in accordance with; according to ~ standard*|law*|regulation*|guideline*|act; adher*; standards;
        guideline*; standard; law; laws; act; retention; retain* ~ years; retain* ~ months; be kept for; opt out;
        opt in; audit*; tax; government*; license agreement; court; authorit*; operating regulations;
        policy of the organization; policy of the organisation; national; licensed; mandate*;
        must be recorded and kept; personal data; european; suspicious transactions; authorities
        """,
    hint="# years; polic*; record*; vat; gst; tds; personal; within the country; rules; certif*; contract*",
    against="""
        user interface standard*; coding standard*; interface creation; standard english; look and feel;
        design standard*; compliant browser*
        """,
    heading="""
        compliance; legal; regulat*; law; statutory; standards compliance; gdpr; hipaa; audit and compliance
        """,
)
