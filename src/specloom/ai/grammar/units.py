"""The units that requirements measure in, under one name each, and what each is in the base unit of its kind."""

import re

# Name, factor, base; then the ways to write it. Case counts where a line begins with "=".
_UNITS = """
ns 1e-9 s|ns nanosecond nanoseconds nsec
us 1e-6 s|µs μs us microsecond microseconds usec
ms 1e-3 s|ms msec msecs millisecond milliseconds
s 1 s|s sec secs sec. second seconds
min 60 s|min mins min. minute minutes
h 3600 s|h hr hrs hr. hour hours
day 86400 s|d day days calendar_day calendar_days
business_day 1 business_day|business_day business_days working_day working_days workday workdays bank_day bank_days
business_hour 1 business_hour|business_hour business_hours working_hour working_hours
week 604800 s|wk week weeks
month 2629800 s|month months calendar_month calendar_months
quarter 7889400 s|quarters
year 31557600 s|yr yrs year years
decade 315576000 s|decade decades
bit 0.125 byte|bit bits
byte 1 byte|byte bytes octet octets
KB 1e3 byte|kb kbyte kbytes kilobyte kilobytes =K
KiB 1024 byte|kib kibibyte kibibytes
MB 1e6 byte|mb mbyte mbytes megabyte megabytes meg
MiB 1048576 byte|mib mebibyte mebibytes
GB 1e9 byte|gb gbyte gbytes gigabyte gigabytes
GiB 1073741824 byte|gib gibibyte gibibytes
TB 1e12 byte|tb tbyte tbytes terabyte terabytes
PB 1e15 byte|pb petabyte petabytes
bit/s 1 bit/s|bps bit/s bits/s
kbit/s 1e3 bit/s|kbps kbit/s kb/s
Mbit/s 1e6 bit/s|mbps mbit/s
Gbit/s 1e9 bit/s|gbps gbit/s
MB/s 8e6 bit/s|=MB/s =MBps
GB/s 8e9 bit/s|=GB/s =GBps
Hz 1 Hz|hz hertz
kHz 1e3 Hz|khz kilohertz
MHz 1e6 Hz|mhz megahertz
GHz 1e9 Hz|ghz gigahertz
rpm 1 rpm|rpm revolutions_per_minute
frames_per_second 1 frames_per_second|fps frames_per_second
transactions_per_second 1 transactions_per_second|tps
requests_per_second 1 requests_per_second|rps qps
% 1 %|% percent per_cent pct percentage_points percentage_point percentile
°C 1 °C|°c celsius degrees_celsius degree_celsius degrees_c degc =C centigrade
°F 1 °F|°f fahrenheit degrees_fahrenheit degrees_f =F
K 1 K|kelvin
° 1 °|° degree degrees
mm 1e-3 m|mm millimetre millimetres millimeter millimeters
cm 1e-2 m|cm centimetre centimetres centimeter centimeters
m 1 m|m metre metres meter meters
km 1e3 m|km kms kilometre kilometres kilometer kilometers
inch 0.0254 m|inch inches "
ft 0.3048 m|ft foot feet
yd 0.9144 m|yard yards
mile 1609.344 m|mile miles
px 1 px|px pixel pixels
pt 1 pt|pt points
dpi 1 dpi|dpi ppi
mg 1e-3 g|mg milligram milligrams
g 1 g|g gram grams
kg 1e3 g|kg kgs kilo kilos kilogram kilograms
t 1e6 g|tonne tonnes
lb 453.592 g|lb lbs
ml 1e-3 l|ml millilitre millilitres milliliter milliliters
l 1 l|l litre litres liter liters
V 1 V|volt volts =V
kV 1e3 V|kv
A 1 A|amp amps ampere amperes
mA 1e-3 A|ma milliamp milliamps
W 1 W|watt watts =W
kW 1e3 W|kw kilowatt kilowatts
MW 1e6 W|mw megawatt megawatts
Wh 1 Wh|wh
kWh 1e3 Wh|kwh
dB 1 dB|db dba decibel decibels
Pa 1 Pa|pa pascal
kPa 1e3 Pa|kpa
bar 1e5 Pa|bar
psi 6894.76 Pa|psi
lx 1 lx|lux lx
m/s 1 m/s|m/s metres_per_second meters_per_second
km/h 0.277778 m/s|km/h kph kmh
mph 0.44704 m/s|mph
USD 1 USD|usd dollar dollars us_dollars
EUR 1 EUR|eur euro euros
GBP 1 GBP|gbp pounds pound
INR 1 INR|inr rupee rupees
CHF 1 CHF|chf francs
"""
SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "¥": "JPY"}

_BY_WORD: dict[str, str] = {}
_EXACT: dict[str, str] = {}
BASE: dict[str, tuple[float, str]] = {}
"""Of each unit, its factor and the base unit of its kind: "ms" is (0.001, "s")."""
for _line in _UNITS.strip().splitlines():
    _head, _, _written = _line.partition("|")
    _name, _factor, _base = (part.replace("_", " ") for part in _head.split())
    BASE[_name] = (float(_factor), _base)
    for _word in _written.split():
        (_EXACT if _word[0] == "=" else _BY_WORD)[_word.lstrip("=").replace("_", " ")] = _name
TIMES = frozenset(name for name, (_, base) in BASE.items() if base in {"s", "business day", "business hour"})
PERIODS: dict[str, str] = {word: name for word, name in _BY_WORD.items() if name in TIMES and len(word) > 1}
PERIODS |= {"quarter": "quarter", "s": "s", "h": "h"}

_LONGEST = sorted({*_BY_WORD, *_EXACT}, key=len, reverse=True)
UNIT = re.compile(
    rf"[\s-]?(?P<unit>{'|'.join(re.escape(word).replace(chr(92) + ' ', ' ') for word in _LONGEST)})(?![\w]|/\w)",
    re.IGNORECASE,
)


def unit(written: str) -> str | None:
    """The name of a unit as someone writes it: "seconds" gives "s"; None for what is no unit."""
    return _EXACT.get(written) or _BY_WORD.get(written) or _BY_WORD.get(written.lower())
