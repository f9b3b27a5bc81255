"""Rules about what a requirement leaves to be looked up or filled in: blanks, abbreviations, pointers elsewhere."""

import re
from collections.abc import Iterator

from specloom.ai.rules.phrases import Phrases, listed
from specloom.ai.rules.rule import ALL_FORMS, Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity

_TO_BE = Phrases(
    {
        "": """
            tbd|tbc|tbr|tba|tbs|todo|to-do|fixme|t.b.d.|t.b.d|to be determined|to be defined|to be confirmed
            to be decided|to be specified|to be clarified|to be agreed|to be announced|to be advised|to be discussed
            to be reviewed later|to be provided later|to be completed later|not yet defined|not yet decided
            not yet known|not defined yet|not decided yet|yet to be defined|yet to be decided|still to be defined
            is still open|are still open|is still under discussion|lorem ipsum|placeholder text|insert here
            fill in here
        """
    }
)
_BLANK = re.compile(r"(?:X{2,}|_{2,}|\?{2,}|\[\s?\.{2,3}\s?\]|n\.n\.)")
_MARK = frozenset("?_")

_ELSEWHERE = Phrases(
    {
        "": """
            the above|above-mentioned|above mentioned|aforementioned|the aforesaid|aforesaid|as described above
            as described below|as mentioned above|as mentioned earlier|as mentioned before|as mentioned
            as stated above|as stated earlier|as said|as discussed|as agreed|as specified above|as specified below
            as specified elsewhere|as defined above|as defined below|as defined elsewhere|as described elsewhere
            as explained above|see above|see below|the former|the latter|hereinbefore|hereinafter
            the previous requirement|the preceding requirement|as before|same as above|in the previous section
            in the next section|as shown above|as shown below|like the above|like above
        """
    }
)
_AS_BEFORE = frozenset({"as before", "the above"})

_COMMON = listed(
    """
    AC ACL AI AM API APIS ASAP ASCII ATM AWS BIC BLOB CAD CAPTCHA CD CDN CEO CET CFO CI CLI CO CORS CPU CRC CRM
    CRUD CSS CSV CTO CTR CVV DB DC DDL DEMO DHCP DIN DNA DNS DOB DOC DOCX DOM DOS DPI DRM DST DTO DVD EAN ECMA
    EDI EET EFTPOS EN ERP EU EUR FAQ FAX FIFO FTP GB GBP GDPR GHZ GIF GMT GPS GPU GSM GUI HDD HDMI HIPAA HR HTML
    HTTP HTTPS HVAC HZ IANA IBAN ICE ID IDE IDS IE IEC IEEE IETF IMAP IMEI INR IO IOS IOT IP IPV IRC ISBN ISO
    ISP IT JAR JDBC JPEG JPG JS JSON JSONB JVM JWT KB KG KHZ KPI KYC LAN LCD LDAP LED LIFO LLM LTE MAC MB MCP MD
    MFA MHZ MIDI MIME MIT ML MMS MP MVC MVP NASA NATO NDA NFC NO NOT NTP OAS OAUTH OCR OIDC OK OR ORM OS OSI OTP
    OWASP PC PCI PDF PHP PIN PKI PM PNG POP PPT PPTX PR PSTN QA QR RAID RAM RBAC RDBMS REST RFC RFID RGB RLS ROI
    ROM RPC RPM RSA RSS RTF SAAS SAML SDK SEK SEO SEPA SFTP SHA SIM SKU SLA SMS SMTP SNMP SOAP SOC SOP SPA SQL
    SSD SSE SSH SSL SSN SSO STEM SUV SVG TB TCP TIFF TLS TTL TV TXT UAT UDP UHF UI UK UML UN UNESCO UPS URI
    URL URLS URN US USA USB USD UTC UTF UUID UV UX VAT VAR VHF VIP VM VOIP VPN VR VS WAN WAV WCAG WHO WIFI WLAN
    WWW XHTML XLS XLSX XML XSLT XSS YAML ZIP ACID GST PAN UTM DTOS IDS PDFS APIS LLMS SDKS AND BUT GIVEN IF MAY
    MUST NEW ONLY ALL SHALL SHOULD THE THEN THIS TO WHEN WHERE WHILE WITH WILL ANY EVERY NEVER ALWAYS REQUIRED
    RECOMMENDED OPTIONAL FOR IN IS ON BE BY OF AT AS IT AN NOTE TRUE FALSE NULL GET PUT POST PATCH DELETE HEAD
    SELECT INSERT UPDATE CAN CANNOT NOR DO ARE HAS HAVE EACH FROM BEFORE AFTER UNTIL UNLESS II III IV VI VII
    VIII IX XI XII CC BCC FYI ETA PS ACK NAK EOF IRQ RTC CAN BPM PH AD BC MPH KPH LED EUROS ATMS PCS CDS DVDS
    TBD TBC TBR TBA TBS XX CVE CSP CSRF JWKS MTLS RS HS AES ECDSA HMAC PBKDF SIEM TOTP WS WSS DSN DNSSEC RQ
    MQ AMQP MQTT KMS HSM VPC EC S3 GCP
    """
)
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_NUMBERED = re.compile(r"[A-Z]{1,6}-?$")


def _placeholder(wording: Wording) -> Iterator[Hit]:
    for match in _TO_BE.find(wording):
        yield _unfinished(wording, match.first, match.last)
    at = wording.own
    while at < len(wording.words):
        text = wording.words[at].text
        run = at
        while run + 1 < len(wording.words) and text in _MARK and wording.words[run + 1].text == text:
            run += 1
        if run > at or (_BLANK.fullmatch(text) and at not in wording.muted) or _slot(text):
            yield _unfinished(wording, at, run)
        at = run + 1


def _slot(text: str) -> bool:
    """Whether the word is a slot that nobody filled: "<number>"; not a field of code, such as "{id}"."""
    return len(text) > 2 and text[0] == "<" and text[-1] == ">" and text[1].isalpha()  # noqa: PLR2004


def _unfinished(wording: Wording, first: int, last: int) -> Hit:
    said = wording.quote(first, last)
    return wording.hit(
        first,
        last,
        f'"{said}" holds the place of something that is not decided yet.',
        f'Decide what "{said}" stands for and write it here, or note who decides it by when.',
        0.97,
    )


def _elsewhere(wording: Wording) -> Iterator[Hit]:
    for match in _ELSEWHERE.find(wording):
        following = wording.lower[match.last + 1] if match.last + 1 < len(wording.lower) else ""
        if match.phrase in _AS_BEFORE and following in {"the", "a", "threshold", "limit"}:
            continue
        said = wording.quote(match.first, match.last)
        yield wording.hit(
            match.first,
            match.last,
            f'"{said}" points to a place that moves when the document is edited or the requirement is quoted alone.',
            f'Name what "{said}" means, or give the number of the requirement or section.',
            0.85,
        )


def _acronyms(wording: Wording) -> Iterator[Hit]:
    spoken = [word.text for word in wording.words[wording.own :] if word.text.isalpha()]
    if spoken and sum(word.isupper() for word in spoken) * 2 > len(spoken):
        return
    for at in range(wording.own, len(wording.words)):
        word = wording.words[at]
        plain = word.text.removesuffix("s")
        if not _ACRONYM.fullmatch(word.text) or at in wording.muted or plain.upper() in _COMMON:
            continue
        if _named(wording, at) or wording.document.explains(plain) or wording.document.first_use(plain) != word.start:
            continue
        yield wording.hit(
            at,
            at,
            f'"{word.text}" is not explained anywhere in this text.',
            f'Write "{word.text}" out where it first occurs, with the abbreviation in parentheses, or add a glossary.',
            0.7,
        )


def _named(wording: Wording, at: int) -> bool:
    """Whether it is part of a name or number: "ISO 9001", "Form AB", "REQ-12"."""
    following = wording.words[at + 1].text if at + 1 < len(wording.words) else ""
    return following[:1].isdigit()


RULES = (
    Rule(
        id="placeholder",
        title="Placeholder",
        severity=Severity.CRITICAL,
        characteristic=Characteristic.COMPLETE,
        explanation="What is still to be decided cannot be built, and is easily forgotten.",
        example="The freezer shall sound an alarm above TBD degrees Celsius.",
        better="The freezer shall sound an alarm above -15 degrees Celsius.",
        suggestion="Decide it, or note who decides it by when.",
        check=_placeholder,
        forms=ALL_FORMS,
    ),
    Rule(
        id="vague_reference",
        title="Pointer without an address",
        severity=Severity.MINOR,
        characteristic=Characteristic.COMPLETE,
        explanation="A requirement is read alone in a backlog or a test report; above and below do not exist there.",
        example="The kiosk shall print the receipt as described above.",
        better="The kiosk shall print the receipt as described in section 4.2.",
        suggestion="Name the thing, or give the number of the requirement or section.",
        check=_elsewhere,
        forms=ALL_FORMS,
    ),
    Rule(
        id="undefined_acronym",
        title="Unexplained abbreviation",
        severity=Severity.INFO,
        characteristic=Characteristic.UNAMBIGUOUS,
        explanation="An abbreviation that is explained nowhere is read differently, or not at all, outside the team.",
        example="The depot shall send each FQTR to the dispatcher.",
        better="The depot shall send each freight transfer note to the dispatcher.",
        suggestion="Write it out where it first occurs, or add it to a glossary.",
        check=_acronyms,
        forms=ALL_FORMS,
    ),
)
