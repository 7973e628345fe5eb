"""What a column's name says of its content."""

import pytest

from hervat.erasure.schema.column_names import says_bsn, says_v_number


@pytest.mark.parametrize(
    "name",
    [
        "bsn",
        "BSN",
        "klant_bsn",
        "klantBsn",
        "bsnnummer",
        "burgerservicenummer",
        "Burger Service Nr",
        "sofi",
        "SofiNummer",
    ],
)
def test_bsn(name):
    assert says_bsn(name) and not says_v_number(name)


@pytest.mark.parametrize(
    "name",
    [
        "vnummer",
        "V-nummer",
        "v_nummer",
        "VNR",
        "klantVNummer",
        "klant_vnr",
        "vreemdelingnummer",
        "Vreemdelingen_nr",
        "v_num",
    ],
)
def test_v_number(name):
    assert says_v_number(name) and not says_bsn(name)


@pytest.mark.parametrize(
    "name", ["sofia", "volgnummer", "bvnummer", "kvnr", "v_nrwijk", "nummer", "vreemdeling_id", "naam", "iv_nummer"]
)
def test_neither(name):
    assert not says_bsn(name) and not says_v_number(name)
