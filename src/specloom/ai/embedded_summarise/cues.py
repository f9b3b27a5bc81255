"""What templates ask for by name, such as decisions or risks, and how sentences show that they say such things."""

import re
from dataclasses import dataclass

from specloom.ai.embedded_summarise.phrases import alternatives, phrases


@dataclass(frozen=True, slots=True)
class Cue:
    """A kind of statement: `asked` finds its name in prompts and headings, `said` finds it in sentences.

    `plainly` finds wording that leaves no doubt. `noun` names it in the engine's own remarks.
    """

    noun: str
    asked: re.Pattern[str]
    said: re.Pattern[str]
    plainly: re.Pattern[str] | None = None


def _cue(noun: str, asked: str, said: str, plainly: str = "") -> Cue:
    return Cue(noun, phrases(asked), phrases(said), phrases(plainly) if plainly else None)


_DATE = alternatives(
    r"""
    \d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./](?:\d\d)?\d\d|q[1-4]|eod|eow|asap
    (?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|end of (?:the )?(?:day|week|month|quarter|year)
    next (?:week|month|quarter|year|sprint|meeting|release)
    \d{1,2}(?:st|nd|rd|th)?(?: of)? (?:january|february|march|april|may|june|july|august|september|october)
    \d{1,2}(?:st|nd|rd|th)?(?: of)? (?:november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)
    (?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}
    (?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.? \d{1,2}
    montag|dienstag|mittwoch|donnerstag|freitag|ende (?:der woche|des monats)|nächste woche
    \d{1,2}\. ?(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)
    lundi|mardi|mercredi|jeudi|vendredi|demain|fin (?:de semaine|du mois)|semaine prochaine
    \d{1,2} (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)
    lunes|martes|miércoles|jueves|viernes|fin de (?:semana|mes)|próxima semana
    \d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)
    =\d{1,2} ?[月日号號]|明天|下周|来週|明日
    =सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|غدا|الأسبوع القادم
    """
)
_BY_DATE = alternatives(
    rf"""
    =\b(?:by|before|until|till|no later than|due|deadline|on)\b.{{0,20}}?(?:{_DATE})
    =\b(?:bis|spätestens|avant|d'ici|pour|antes de|para)\b.{{0,20}}?(?:{_DATE})
    =(?:前完成|之前|までに|तक|قبل)
    """
)
# A person at the beginning of a sentence, perhaps after the name of the speaker.
_NOBODY = (
    r"(?-i:A|According|Also|An|And|As|Back|Because|But|Due|Easy|Happy|Hard|How|If|In|It|Just|Need|Next|No|Not|Nothing|On|Only"
    r"|Or|Prior|Ready|So|Something|Thanks|That|The|Then|There|These|This|Those|Try|Up|Want|Way|We|Well|What|When|Where|Who|Yes"
    r"|You|Your)"
)
_NAME = r"(?-i:[A-Z])[\w'’-]+"
_PERSON = rf"^\W*(?:[^\W\d_][\w .'’()-]{{0,30}}:\s+)?(?!{_NOBODY}\b)(?:he|she|they|{_NAME}(?: (?:and )?{_NAME})*),?"
_PLEDGE = (
    r"(?:will|shall|needs? to|ha(?:s|ve) to|(?:is|are) (?:going )?to|must|should|wird|werden|soll|muss|va|doit|debe)"
)

_TASK = alternatives(
    r"""
    =^\W*(?:action(?: item)?s?|to[- ]?do|task|follow[- ]?up|next steps?|owner)\s*(?:#?\d+)?\s*[:：–—]
    =^\W*(?:aufgabe|maßnahme|tâche|tarea|acción|行动项|待办|アクション|宿題|कार्य)\s*(?:#?\d+)?\s*[:：–—]
    =\b(?:action(?: item)?|to[- ]?do):|@\w+\s+(?:to|will|please)\b
    """
)

REQUIREMENTS = _cue(
    "requirements",
    r"""
    requirements?|user stor(?:y|ies)|acceptance criteria|constraints?|obligations?
    anforderung(?:en)?|pflichten|exigences?|contraintes?|requisitos?|restricciones|obligaciones|requisiti
    需求|要求|要件
    आवश्यकता|متطلبات|требования|требований
    """,
    r"""
    shall(?! (?:we|i)\b)|must|mustn't|should|ought to|may not|cannot|can't|needs? to|ha(?:s|ve) to|(?:is|be) able to
    (?:is|are|be) (?:required|obliged|prohibited|forbidden|allowed|permitted) to|(?:is|are) required|we (?:need|require)
    =\b(?:at (?:most|least)|no (?:more|later|fewer|less) than|within|up to)\b.{0,30}\d
    =\bas an? [^,.]{2,60},? (?:i|we) (?:want|need|would like|can|must)\b
    =^\W*(?:given|when|if|while|where|whenever)\b.{3,120}\b(?:then|will)\b
    (?:system|application|app|service|platform|product|software|users?|admins?|customers?) (?:will|can|may)
    muss|müssen|soll|sollen|sollte|sollten|darf|dürfen|(?:ist|sind) verpflichtet|als [^,.]{2,60} möchte ich
    doit|doivent|devra|devront|devrait|il faut|(?:est|sont) tenue?s?|en tant qu[e'][^,.]{2,60}
    debe|deben|deberá|deberán|tienen? que|hay que|como [^,.]{2,60},? quiero
    deve|devem|devono|dovrà|deverá
    必须|必須|应当|應當|不得|需要|应该|應該|なければならない|するものとする|べき|必要がある
    चाहिए|होगा|होगी|अनिवार्य|आवश्यक|يجب|ينبغي|يتعين
    должен|должна|должно|должны|необходимо|обязан
    """,
    r"=\w",
)
ACTIONS = _cue(
    "action items",
    r"""
    action items?|actions?|to[- ]?dos?|tasks?|next steps?|follow[- ]?ups?|assignments?
    aufgaben|maßnahmen|nächste schritte|tâches|prochaines étapes|tareas|acciones|próximos pasos
    行动项|待办|下一步|アクション|宿題|タスク
    कार्य|अगले कदम|المهام|الخطوات التالية
    задачи|следующие шаги
    """,
    rf"""
    ={_TASK}
    please|kindly|let's|let’s|make sure|don't forget|remember to|assigned to|take over|takes over
    (?:is|are) responsible for|(?:volunteered|agreed|promised|offered) to|follow(?:s|ing)? up (?:on|with)
    =\b(?:i|we|you)(?:'ll|’ll| will| shall| need to| must| are going to|'m going to) (?!have to|be able|see\b|know\b)\w
    ={_PERSON} to (?-i:[a-z])
    ={_PERSON} {_PLEDGE} (?=.*?(?:{_BY_DATE}))
    bitte|(?:ich|wir) (?:werde|werden|muss|müssen)|kümmert sich|übernimmt
    veuillez|merci de|(?:je|nous) (?:vais|allons|dois|devons)|se charge de
    por favor|(?:vamos|voy) a|(?:tenemos|tengo) que|debemos|se encarga
    请|负责|跟进|お願い|担当|しておきます
    कृपया|करेंगे|करेगा|करेगी|يرجى|سأقوم|سنقوم
    пожалуйста|нужно сделать|отвечает за
    """,
    rf"""
    ={_TASK}
    ={_PERSON} to (?-i:[a-z])
    ={_BY_DATE}
    """,
)
DECISIONS = _cue(
    "decisions",
    r"""
    decisions?|decided|resolutions?|agreements?|agreed
    entscheidung(?:en)?|beschlüsse|beschluss|décisions?|decisiones|decisión|acuerdos
    决定|決定|决议
    निर्णय|قرارات|القرارات
    решения|решений
    """,
    r"""
    decided|decides|decision|agreed|agreement|approve[ds]?|resolved|chose|chosen|adopted|rejected|voted|unanimous(?:ly)?
    signed off|went with|(?:we will|we'll|we’ll|let's|going to) go with|settled on|opted|concluded|confirmed
    beschlossen|entschieden|entscheidung|vereinbart|genehmigt|abgelehnt
    décidé|décidons|approuvé|convenu|adopté|rejeté
    decidi[óo]|decidido|decidimos|acord[óo]|acordado|acordamos|aprob[óo]|aprobado|rechaz[óo]
    决定|批准|同意|决议|決定|承認|合意
    निर्णय|तय|स्वीकृत|قرر|وافق|اعتمد
    решили|решено|утвердили|согласовали
    """,
    r"""
    =^\W*(?:decisions?|entscheidung|décision|decisión|决定|決定|निर्णय)\b.{0,12}[:：–—]
    =\b(?:was|were|been|is|are|have|has|we|team|board|committee|group|council) (?:decided|agreed|approved|resolved)\b
    """,
)
RISKS = _cue(
    "risks",
    r"""
    risks?|threats?|concerns?|dangers?|hazards?
    risik(?:o|en)|gefahren|bedenken|risques?|menaces?|riesgos?|amenazas
    风险|風險|リスク|懸念
    जोखिम|مخاطر|المخاطر
    риски|рисков
    """,
    r"""
    risk\w*|threat\w*|danger\w*|hazard\w*|vulnerab\w*|exposed|exposure|jeopardi[sz]\w*|uncertain\w*
    concern\w*|worr(?:y|ied|ies)
    (?:could|may|might) (?:fail|slip|delay|lose|break|cause|miss)|(?:could|might) not
    single point of failure|penalt(?:y|ies)|breach\w*
    risik\w*|gefahr\w*|gefährd\w*|bedenken
    risqu\w*|menace\w*|riesgo\w*|amenaza\w*|peligro\w*
    风险|隐患|威胁|リスク|恐れ|懸念
    जोखिम|खतरा|مخاطر|خطر
    риск\w*|угроз\w*
    """,
    r"=^\W*(?:risks?|risiko|risque|riesgo|风险|リスク|जोखिम)\b.{0,12}[:：–—]|\brisks? (?:that|of|is|are)\b",
)
MITIGATIONS = _cue(
    "mitigations",
    r"""
    mitigations?|mitigating|countermeasures?|contingenc(?:y|ies)|safeguards?
    gegenmaßnahmen|atténuations?|mitigaci(?:ón|ones)
    缓解|应对|対策
    """,
    r"""
    mitigat\w*|contingenc\w*|countermeasure\w*|safeguard\w*|fall[- ]?backs?|back-?ups?|workaround\w*|plan b
    alternatives?|reduces?|prevents?|avoids?|protects?|insur\w*
    gegenmaßnahme\w*|vermeide\w*|verhinder\w*|atténu\w*|éviter|mitig\w*|evitar
    缓解|应对|预防|対策|防止
    रोकथाम|لتجنب|للحد من
    """,
)
QUESTIONS = _cue(
    "open questions",
    r"""
    questions?|unknowns?|clarifications?|open (?:issues?|points?)
    fragen|offene punkte|preguntas|points ouverts
    问题|質問|疑問
    प्रश्न|أسئلة
    вопросы
    """,
    r"""
    =[?？؟]\W*$
    tbd|tbc|to be (?:decided|determined|defined|confirmed|clarified)|unclear|not (?:yet )?(?:clear|known|decided)
    open (?:question|issue|point)s?|needs? clarification|need to (?:clarify|find out|check|decide)
    offen|zu klären|unklar|à clarifier|à définir|por definir|por aclarar
    待定|未定|不明
    अस्पष्ट|غير واضح
    """,
)
DATES = _cue(
    "dates or deadlines",
    r"""
    dates?|deadlines?|timelines?|milestones?|schedules?
    termine?|fristen|zeitplan|échéances?|calendrier|fechas?|plazos|cronograma
    日期|截止|期限|日程
    तारीख|समय-सीमा|مواعيد
    сроки
    """,
    rf"""
    ={_DATE}
    deadline|milestone|due date|no later than|within \d+ (?:hours?|days?|weeks?|months?|years?)|(?:19|20)\d\d
    frist|échéance|plazo
    年|期限|तारीख|موعد
    """,
)
FIGURES = _cue(
    "figures",
    r"""
    figures?|numbers?|metrics?|kpis?|costs?|budgets?|prices?|amounts?|statistics
    zahlen|kennzahlen|kosten|chiffres|coûts?|cifras|costes|costos|presupuesto
    数字|指标|费用|预算|数値|費用|予算
    आंकड़े|लागत|أرقام|تكاليف
    """,
    r"""
    =[$€£¥₹]\s?\d|\d\s?%
    =\d[\d.,]*\s?(?:per ?cent|prozent|pour cent|por ciento|million|billion|mio|mrd|crore|lakh|usd|eur|inr|ms|gb|mb)\b
    =\d[\d.,]*\s?(?:seconds?|minutes?|hours?|days?|weeks?|months?|users?|people|元|円|万|亿|億)
    """,
)
GOALS = _cue(
    "goals",
    r"""
    goals?|objectives?|aims?|purpose|benefits?|outcomes?
    ziele?|nutzen|objectifs?|objetivos?|beneficios
    目标|目的|目標
    लक्ष्य|أهداف
    """,
    r"""
    goals?|objectives?|aim(?:s|ed)?|purpose|so that|in order to|intend\w*|benefit\w*
    ziel\w*|damit|objectif\w*|afin d\w*|objetivo\w*|para que
    目标|目的|目標|旨在
    लक्ष्य|उद्देश्य|هدف|تهدف
    """,
)
PROBLEMS = _cue(
    "problems",
    r"""
    problems?|issues?|blockers?|pain points?|challenges?|incidents?|defects?|bugs?|obstacles?
    probleme?|hindernisse|problèmes?|problemas?|desafíos
    缺陷|障碍|課題|不具合
    समस्या|مشاكل
    проблемы
    """,
    r"""
    problem\w*|issues?|block(?:er|ers|ed|ing)|challeng\w*|incidents?|defects?|bugs?
    fail(?:s|ed|ures?|ing)?|errors?|outages?|broken|complain\w*|delay(?:s|ed)?|missing|lack\w*|difficult\w*
    fehler\w*|problème\w*|panne\w*|retard\w*|problema\w*|fallo\w*
    缺陷|故障|失败|延迟|課題|不具合|障害
    समस्या|विफल|مشكل
    проблем\w*|сбой
    """,
)
RECOMMENDATIONS = _cue(
    "recommendations",
    r"""
    recommendations?|suggestions?|proposals?|advice
    empfehlung(?:en)?|vorschläge|recommandations?|propositions?|recomendaciones|propuestas
    建议|提案|推奨
    सिफारिश|توصيات
    """,
    r"""
    recommend\w*|suggest\w*|propos\w*|advis\w*|should|ought to
    empf[ei]\w*|vorschl\w*|vorgeschlagen|recommand\w*|suggér\w*|recomiend\w*|sugier\w*|propon\w*
    建议|提议|提案|推奨|べき
    सिफारिश|सुझाव|نوصي|اقترح
    """,
)
CONCLUSIONS = _cue(
    "conclusions",
    r"""
    conclusions?|findings?|results?|lessons|takeaways?
    ergebnisse?|schlussfolgerung(?:en)?|erkenntnisse|résultats?|constats|resultados?|conclusiones|hallazgos
    结论|结果|結論|結果
    निष्कर्ष|परिणाम|نتائج
    """,
    r"""
    conclu\w*|finds? that|found that|show(?:s|ed|n)?|results?|reveal\w*|demonstrat\w*|indicat\w*|therefore|thus|overall
    ergebnis\w*|zeigt\w*|résult\w*|montre\w*|resulta\w*|muestra\w*
    结论|表明|因此|結論|結果|したがって
    निष्कर्ष|परिणाम|نتيجة
    """,
)
DEFINITIONS = _cue(
    "definitions",
    r"""
    definitions?|glossary|terminology|begriffe|définitions?|definiciones
    定义|術語|定義
    परिभाषा|تعريفات
    """,
    r"""
    means|(?:is|are) defined as|refers? to|denotes|stands for|bedeutet|bezeichnet|désigne|signifie|significa|se define
    是指|とは
    का अर्थ|يعني
    """,
)
CHANGES = _cue(
    "changes",
    r"""
    changes?|amendments?|differences|änderungen|neuerungen|changements?|modifications?|cambios?
    变更|更改|变化|変更
    परिवर्तन|تغييرات
    """,
    r"""
    chang\w*|amend\w*|updat\w*|replac\w*|remov\w*|no longer|instead of|newly|introduc\w*|deprecat\w*|repeal\w*|switch\w*
    geändert|ersetz\w*|entfern\w*|modifi\w*|remplac\w*|cambi\w*|reemplaz\w*
    变更|更改|取消|新增|変更|廃止
    परिवर्तन|बदल|تغيير
    """,
)
ASSUMPTIONS = _cue(
    "assumptions or dependencies",
    r"""
    assumptions?|dependenc(?:y|ies)|prerequisites?|preconditions?
    annahmen|abhängigkeiten|voraussetzungen|hypothèses?|dépendances?|supuestos|dependencias
    假设|依赖|前提
    धारणा|افتراضات
    """,
    r"""
    assum\w*|depend\w*|provided that|prerequisit\w*|preconditions?|rel(?:y|ies) on|subject to
    annahme\w*|abhäng\w*|vorausgesetzt|suppos\w*|dépend\w*|supon\w*
    假设|依赖|前提|取决于
    निर्भर|يفترض|يعتمد
    """,
)

CUES = (
    REQUIREMENTS,
    ACTIONS,
    DECISIONS,
    RISKS,
    MITIGATIONS,
    QUESTIONS,
    DATES,
    FIGURES,
    GOALS,
    PROBLEMS,
    RECOMMENDATIONS,
    CONCLUSIONS,
    DEFINITIONS,
    CHANGES,
    ASSUMPTIONS,
)

_TEXT = (
    r"(?:act|agreement|article|bill|brief|document|guide|law|manual|memo|note|page|paper|plan|policy|project|proposal"
    r"|regulation|report|specification|standard|study|text)"
)
# A sentence that says what the document itself is or is for.
ABOUT = phrases(
    rf"""
    may be cited as
    =\b(?:this|the present) {_TEXT}\b.{{0,40}}?\b(?:aim|cover|defin|describ|establish|explain|introduc|outlin|present)
    =\b(?:this|the present) {_TEXT}\b.{{0,40}}?\b(?:propos|provid|recommend|review|set|specif|summar)
    (?:aim|goal|intent|objective|purpose|scope)s? of (?:this|the)
    (?:dieses|diese|das vorliegende) (?:dokument|gesetz|papier|bericht|konzept|richtlinie)|ziel (?:dieses|dieser|des)
    (?:ce|le présent) (?:document|rapport|projet)|(?:este|el presente) (?:documento|informe|proyecto)
    本(?:文档|文件|报告|办法|条例|法|协议|書|資料|文書|仕様)
    (?:यह|इस) (?:दस्तावेज़?|रिपोर्ट|नीति)|هذه الوثيقة|هذا التقرير
    """
)
