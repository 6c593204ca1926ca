from pipeline.review import Queue, queue
from stewardship.panels.cases import PAGE, Place, following, lay_out, pair_of


def urls(desk):
    return desk.before, desk.after, desk.earlier, desk.later


def test_the_chosen_case_is_marked_and_has_neighbours(store):
    waiting = queue(store)
    desk = lay_out(waiting, waiting.cases[1], Place(), "/steward")
    assert [item.current for item in desk.queue] == [False, True, False, False, False]
    assert desk.before == desk.queue[0].url
    assert desk.after == desk.queue[2].url
    assert desk.before.startswith("/steward/?left=erp%3AC10001&right=shop%3A17")


def test_at_the_ends_there_is_nothing_to_go_to(store):
    waiting = queue(store)
    assert lay_out(waiting, waiting.cases[0], Place(), "").before is None
    assert lay_out(waiting, waiting.cases[-1], Place(), "").after is None


def test_a_long_queue_has_pages(store):
    cases = queue(store).cases
    desk = lay_out(Queue(cases, 3 * PAGE), cases[-1], Place(1), "")
    assert urls(desk)[1:] == ("/?page=2", "/?page=0", "/?page=2")
    assert desk.first == PAGE + 1


def test_each_pile_has_pages_of_its_own(store):
    cases = queue(store).cases
    desk = lay_out(Queue(cases, 0, 2 * PAGE), cases[-1], Place(0, unsure=True), "")
    assert urls(desk)[1:] == ("/?page=1&pile=unsure", None, "/?page=1&pile=unsure")


def test_a_case_that_is_not_in_the_queue_leads_to_its_head(store):
    waiting = queue(store)
    decided, rest = waiting.cases[2], Queue(waiting.cases[:2], 2)
    desk = lay_out(rest, decided, Place(), "")
    assert (desk.before, desk.after) == (None, desk.queue[0].url)


def test_after_a_verdict_the_next_open_case_follows(store):
    before = queue(store)
    one, two, three, *_ = before.cases
    settled = Queue((one, *before.cases[3:]), 3)
    assert following(before, settled, pair_of(two)) == before.cases[3]
    assert three not in settled.cases


def test_at_the_end_of_the_queue_the_way_goes_up(store):
    before = queue(store)
    after = Queue(before.cases[:-1], 4)
    assert following(before, after, pair_of(before.cases[-1])) == before.cases[-2]


def test_nothing_follows_the_last_case(store):
    before = queue(store)
    assert following(before, Queue((), 0), pair_of(before.cases[0])) is None
