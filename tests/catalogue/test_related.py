"""Neighbours: the next in A to Z order, round the end, of the same category and regions; held against plain words."""

from hypothesis import given
from hypothesis import strategies as st

from generator.catalogue.decisions.related import HOW_MANY, UNRELATED, Neighbourhood
from generator.catalogue.decisions.summary import Summary
from generator.model import Strength, Verdict

CATEGORIES = st.sampled_from([(), (UNRELATED,), ("banking",), ("banking", "retail"), ("retail",)])
REGIONS = st.sampled_from([(), ("us",), ("-us",)])
VERDICTS = st.sampled_from(list(Verdict))


def make_summary(place, categories=("banking",), regions=(), verdict=Verdict.YES):
    return Summary(
        domain=f"{place:03}.example",
        slug=f"{place:03}-example",
        name=f"Service {place:03}",
        categories=categories,
        regions=regions,
        method_ids=(),
        verdict=verdict,
        strength=Strength.UNRATED,
        other_names=(),
        has_share_page=False,
    )


def names_of(places):
    return tuple((f"Service {place:03}", f"{place:03}-example") for place in places)


def test_related_services_are_the_next_ones_round_the_end():
    services = [make_summary(place) for place in range(9)]
    found = Neighbourhood(services)
    assert found.find_related(services[0]) == names_of([1, 2, 3, 4, 5, 6])
    assert found.find_related(services[7]) == names_of([8, 0, 1, 2, 3, 4])
    assert found.find_alternatives(services[7]) == ()


def test_alternatives_are_the_next_ones_that_have_2fa():
    verdicts = [Verdict.NO if place % 2 else Verdict.YES for place in range(6)]
    services = [make_summary(place, verdict=verdict) for place, verdict in enumerate(verdicts)]
    assert Neighbourhood(services).find_alternatives(services[3]) == names_of([4, 0, 2])


def test_a_removed_service_has_no_neighbours():
    found = Neighbourhood([make_summary(1)])
    assert found.find_related(make_summary(2, verdict=Verdict.REMOVED)) == ()
    assert found.find_alternatives(make_summary(2, verdict=Verdict.REMOVED)) == ()


@given(st.lists(st.tuples(CATEGORIES, REGIONS, VERDICTS), max_size=24))
def test_neighbours_share_category_and_regions(kinds):
    services = [make_summary(place, *kind) for place, kind in enumerate(kinds)]
    found = Neighbourhood(services)
    for place, service in enumerate(services):
        others = [
            other
            for other in services[place + 1 :] + services[:place]
            if service.categories[:1] not in {(), (UNRELATED,)}
            and other.categories[:1] == service.categories[:1]
            and other.own_regions == service.own_regions
        ]
        related = tuple((other.name, other.slug) for other in others[:HOW_MANY])
        supported = [(other.name, other.slug) for other in others if other.verdict is Verdict.YES]
        assert found.find_related(service) == related
        assert found.find_alternatives(service) == (
            () if service.verdict is Verdict.YES else tuple(supported[:HOW_MANY])
        )
