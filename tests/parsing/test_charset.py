"""Bytes are read in the encoding they were written in, short and mixed texts included."""

import pytest

from specloom.parsing.charset import decode
from specloom.parsing.errors import UndecodableText


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Straße", "cp1252"),
        ("Price: 5 €", "cp1252"),
        ("The “system” shall – always – respond… it’s OK", "cp1252"),
        ("El sistema deberá responder. ¿Qué hará mañana el señor?", "cp1252"),
        ("Määrä tää sää hyvää päivää", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
        ("Zażółć gęślą jaźń. System musi odpowiedzieć w ciągu pięciu sekund.", "iso8859-2"),
        ("Sistem beş saniye içinde yanıt vermelidir. Kullanıcı giriş yapabilir. Şifre güçlü olmalı.", "cp1254"),
        ("Sistema turi atsakyti per penkias sekundes. Naudotojas gali prisijungti. Žmogus, šviesa", "cp1257"),
        ("Привет, мир", "cp1251"),
        ("仕様書", "shift_jis"),
        ('The system "システム" shall support 日本語 in the user interface within five seconds.', "shift_jis"),
        ("系统必须在五秒内响应用户的请求。数据应加密存储。", "gb18030"),
    ],
)
@pytest.mark.parametrize("times", [1, 20])
def test_the_encoding_is_found(text: str, encoding: str, times: int) -> None:
    assert decode(f"{text}\n".encode(encoding) * times)[0] == f"{text}\n" * times


def test_the_given_encoding_is_tried_first() -> None:
    assert decode("Öl".encode("cp1252"), "cp1252") == ("Öl", "cp1252")
    assert decode("Привет".encode("cp866"), "cp866") == ("Привет", "cp866")


def test_a_wrong_given_encoding_does_no_harm() -> None:
    assert decode("Größe".encode(), "ascii") == ("Größe", "utf-8")
    assert decode("Größe".encode("cp1252"), "utf-8") == ("Größe", "cp1252")


def test_a_byte_order_mark_beats_the_given_encoding() -> None:
    assert decode("Größe".encode("utf-8-sig"), "cp1252") == ("Größe", "utf-8")


def test_utf_8_beats_what_the_file_declares() -> None:
    assert decode("Größe".encode(), declared="cp1252") == ("Größe", "utf-8")
    assert decode("Привет".encode("cp866"), declared="cp866") == ("Привет", "cp866")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UndecodableText):
        decode(bytes(range(256)) * 20)


def test_an_unknown_encoding_is_an_error_of_the_caller() -> None:
    with pytest.raises(LookupError):
        decode(b"a", "klingon")


@pytest.mark.parametrize("codec", ["base64", "rot13", "undefined"])
def test_a_codec_that_makes_no_text_of_bytes_does_no_harm(codec: str) -> None:
    assert decode("Größe".encode(), codec) == ("Größe", "utf-8")
    assert decode("Größe".encode("cp1252"), declared=codec) == ("Größe", "cp1252")
