"""How each cause is asked about, in words that only the text fills in.

In a template, `{thing}` is what the requirement is about, `{words}` what the finding is about, and `{quote}` the whole
requirement, shortened.
"""

import re

# By rule: how much an answer is worth, from 0 to 1, and the question. Findings that an editor can mend alone have none.
RULES: dict[str, tuple[float, str]] = {
    "placeholder": (1.0, "What is to stand in place of {words} in {quote}, and who decides it by when?"),
    "unmeasured_quality": (0.8, "What exactly does {words} mean for {thing}, and which figure shows that it is met?"),
    "vague_term": (0.6, "What exactly does {words} mean for {thing}?"),
    "subjective_term": (0.6, "Who judges whether {thing} is {words}, and by which test?"),
    "vague_quantity": (0.65, "How many or how much is {words} in {quote}?"),
    "vague_time": (0.65, "When exactly, or within what time, is {words} in {quote}?"),
    "missing_unit": (0.8, "In which unit is {words} in {quote}?"),
    "ambiguous_date": (0.7, "Which day is meant by {words} in {quote}?"),
    "absolute_value": (0.6, "How far may {thing} fall short of {words} before it counts as a failure?"),
    "approximate_value": (0.5, "How far may the value differ from {words} in {quote}?"),
    "comparative": (0.55, "Compared with what, and by how much, is {thing} to be {words}?"),
    "superlative": (0.5, "Among which alternatives is {thing} to be {words}, and how is that measured?"),
    "unverifiable_verb": (0.5, "Which result shows that {thing} does {words}?"),
    "passive_without_actor": (0.55, "Who or what does it when it says {words} in {quote}?"),
    "escape_clause": (0.7, "In which cases exactly does {words} apply in {quote}, and who decides?"),
    "open_list": (0.65, "What else belongs to the list that ends with {words} in {quote}?"),
    "examples_only": (0.5, "Beside the examples after {words}, what must {thing} cover?"),
    "weak_modal": (0.45, "Is {quote} binding, or may it be left out?"),
    "wish": (0.45, "Is {quote} binding, or only wished for?"),
    "ambiguous_pronoun": (0.6, "What does {words} refer to in {quote}?"),
    "vague_reference": (0.6, "Which place or document exactly is meant by {words} in {quote}?"),
    "undefined_acronym": (0.4, "What does {words} stand for?"),
    "sweeping_quantifier": (0.35, "Is there no exception to {words} in {quote}?"),
    "negative_outcome": (0.4, "What is to happen instead of what {quote} rules out?"),
    "scenario_without_outcome": (0.7, "What must be true at the end of {quote}?"),
    "scenario_without_event": (0.5, "What sets {quote} off?"),
    "story_without_role": (0.6, "Who needs this: {quote}?"),
    "story_unspecific_role": (0.45, "Which users exactly need this: {quote}?"),
    "story_without_purpose": (0.45, "What is this for: {quote}?"),
    "missing_then": (0.5, "What exactly follows from the condition in {quote}?"),
    "design_solution": (0.3, "Which need is behind {words} in {quote}, and may another solution meet it?"),
}

# The same for several requirements at once: `{each}` lists what the findings are about.
TOGETHER: dict[str, str] = {
    "unmeasured_quality": "Which figures show that these are met: {each}?",
    "vague_term": "What exactly do these words mean where they stand: {each}?",
    "subjective_term": "Who judges these, and by which test: {each}?",
    "vague_quantity": "How many or how much exactly are these: {each}?",
    "vague_time": "When exactly, or within what time, are these: {each}?",
    "missing_unit": "In which units are these: {each}?",
    "passive_without_actor": "Who or what does these: {each}?",
    "escape_clause": "In which cases exactly do these apply, and who decides: {each}?",
    "open_list": "What else belongs to the lists that end with these: {each}?",
    "weak_modal": "Which of these are binding, and which may be left out: {each}?",
    "ambiguous_pronoun": "What do these refer to: {each}?",
    "undefined_acronym": "What do these abbreviations stand for: {each}?",
    "sweeping_quantifier": "Is there no exception to these: {each}?",
    "story_without_purpose": "What are these stories for: {each}?",
    "story_without_role": "Who needs these: {each}?",
    "placeholder": "Who decides what is still open, and by when: {each}?",
}

# Words of quality have questions of their own, whichever rule found them; the first pattern that fits is taken.
QUALITIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), question)
    for words, question in (
        (
            r"fast\w*|quick\w*|rapid\w*|speed\w*|swift\w*|responsive\w*|slow\w*|prompt\w*|low latency|performan\w+|"
            r"high[- ]performance|instant\w*",
            "How fast must {thing} answer ({words}), for what share of the requests and under what load?",
        ),
        (
            r"eas[ey]\w*|simpl\w+|intuitive\w*|user[- ]friendl\w+|usab\w+|convenient\w*|learn\w*|clear\w*",
            "Who must find {thing} {bare}, and which task must they manage in what time and with how many errors?",
        ),
        (
            r"availab\w+|reliab\w+|stable|stability|robust\w*|resilien\w+|fault[- ]toleran\w+|uptime",
            "How often may {thing} fail in a month, and how soon must it work again ({words})?",
        ),
        (
            r"scal\w+|large|many|high (?:volume|load)|big|growing|concurrent\w*",
            "How many users, records or requests must {thing} carry at its peak ({words}), and how is that to grow?",
        ),
        (
            r"secur\w+|safe\w*|protect\w*|confidential\w*",
            "Against which threats must {thing} be protected ({words}), and which test or standard shows that it is?",
        ),
        (
            r"flexib\w+|maintain\w+|extensib\w+|adapt\w+|modular\w*|portab\w+|configur\w+|customi[sz]\w+",
            "Which changes must {thing} allow ({words}), by whom and with how much effort?",
        ),
        (
            r"accura\w+|precis\w+|exact\w*|correct\w*",
            "How far may {thing} be off, at most, and against what is it measured ({words})?",
        ),
    )
)

# By reason of a gap. `{evidence}` is the first place that shows it.
GAPS: dict[str, tuple[float, str]] = {
    "undecided": (1.0, "What is to be decided at {evidence} in {context}, by whom and by when?"),
    "undefined_reference": (0.8, "Where is {evidence}, and what does it say?"),
    "focus_without_requirement": (0.9, "What is required of {wish}? No requirement speaks of it."),
    "role_without_story": (0.7, "What must {evidence} be able to do?"),
    "error_without_handling": (0.7, "What happens when {evidence} does not pass the check, and who is told?"),
    "quality_without_measure": (0.85, "Which figures, under what load and how measured, stand for {each}?"),
    "condition_without_alternative": (0.65, "What happens when it is not so: {evidence}?"),
    "create_without_delete": (
        0.35,
        "Who may change or remove {evidence} once it is there, and what becomes of what hangs on it?",
    ),
    "data_without_retention": (0.75, "For how long are these kept, and what happens to them afterwards: {each}?"),
    "interface_without_failure": (0.7, "What must happen when {evidence} does not answer, answers late or refuses?"),
    "missing_quality": (0.8, "{area}"),
    "compliance": (0.75, 'What is to be said on "{wish}" ({references})?'),
}

AREAS: dict[str, str] = {
    "security": "Who may see and change what, how do they prove who they are, and which data need protection?",
    "performance": "How many users and requests must be served at the peak, and how fast must each answer come?",
    "availability": "When must it be available, how long may an outage last, and how much data may be lost in one?",
}

CONFLICTS: dict[str, str] = {
    "number": "Which holds: {first} or {second}? They stand in {one} and {other}.",
    "negation": "Which holds: {one}, or {other}?",
    "modality": "Is it a must or an option: {one}, or {other}?",
    "actor": "Who may do it: {one}, or {other}?",
    "time": "When is it to happen: {one}, or {other}?",
}

DUPLICATE = "Do {one} and {other} mean the same, and if so, which wording stays?"
TERMS: dict[str, str] = {
    "synonyms": "Do {each} mean the same thing, and which word is to be used?",
    "meanings": "Which meaning of {each} holds?",
}
