"""What is one box: a node, what joins its inputs, and what follows it without weights that matter.

A concatenation in front of a convolution and a ReLU behind it are no boxes of their own where
nothing else reads them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from nasvid.cost.analytic import node_cost
from nasvid.report.drawing.opening import is_merge
from nasvid.report.drawing.outline import Item, Outline, Read

_JOINS = ("add", "concat", "multiply", "maximum", "concat_tokens", "softmax_mix")
_OUTPUT = "(output)"
_INPUT_WORDS = ("identity", "add")


@dataclass(slots=True)
class Bundle:
    """What is one box.

    Args:
        main: What it is called after.
        before: What joins its inputs, in order.
        after: What follows, in order.
    """

    main: Item
    before: list[Item] = field(default_factory=list[Item])
    after: list[Item] = field(default_factory=list[Item])

    @property
    def parts(self) -> list[Item]:
        """All that it is made of, in order."""
        return [*self.before, self.main, *self.after]

    @property
    def first(self) -> Item:
        """Where inputs go in."""
        return self.parts[0]

    @property
    def last(self) -> Item:
        """Where outputs come out."""
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class Hosts:
    """Path of an item to the path of the item whose box it is in.

    Args:
        before: Of what joins the inputs of another item.
        after: Of what follows another item, or an input.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]

    def agreed(self, other: "Hosts", there: Collection[str]) -> "Hosts":
        """Without what another network has in boxes of their own.

        Args:
            other: Those of the other network.
            there: Paths of its items and inputs.
        """

        def kept(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
            return {
                path: host
                for path, host in mine.items()
                if path not in there or host not in there or theirs.get(path) == host
            }

        return Hosts(kept(self.before, other.before), kept(self.after, other.after))


def find_hosts(whole: Outline) -> Hosts:
    """What can be part of the box of another item."""
    return _Search(whole).hosts()


def bundles(whole: Outline, hosts: Hosts) -> tuple[dict[str, Bundle], dict[str, str]]:
    """The boxes by path of their main item, and the path of the box for each item and input."""
    box_of = {i.name: i.name for i in whole.graph.inputs}
    for item in whole.items:
        path = item.path
        seen: list[str] = []
        while path not in box_of and (up := hosts.before.get(path) or hosts.after.get(path)):
            seen.append(path)
            path = up
        box_of |= dict.fromkeys([*seen, path], box_of.get(path, path))
    found: dict[str, Bundle] = {}
    for item in whole.items:
        box = box_of[item.path]
        if box == item.path:
            found[box] = Bundle(item)
    for item in whole.items:
        box = found.get(box_of[item.path])
        if box is None or box.main is item:
            continue
        (box.before if _is_before(item.path, hosts) else box.after).append(item)
    return found, box_of


def _is_before(path: str, hosts: Hosts) -> bool:
    """Whether an item, or what it follows, joins the inputs of the box."""
    while path in hosts.after:
        path = hosts.after[path]
    return path in hosts.before


class _Search:
    def __init__(self, whole: Outline) -> None:
        self._items = {item.path: item for item in whole.items}
        self._readers: dict[str, list[str]] = {}
        for item in whole.items:
            for source in dict.fromkeys(read.source for read in item.reads):
                self._readers.setdefault(source, []).append(item.path)
        for _, read in whole.outputs:
            self._readers.setdefault(read.source, []).append(_OUTPUT)
        self._before: dict[str, str] = {}
        self._after: dict[str, str] = {}
        # The other way round; no item has two in front or two behind.
        self._joined: set[str] = set()
        self._follower: dict[str, str] = {}

    def hosts(self) -> Hosts:
        """All of them."""
        for item in self._items.values():
            if is_merge(item.node):
                self._join(item)
        for item in self._items.values():
            self._follow(item)
        for item in self._items.values():
            if _is_join(item) or (_is_minor(item) and item.path in self._joined):
                self._join(item)
        return Hosts(self._before, self._after)

    def _join(self, item: Item) -> None:
        """Let an item join the inputs of the one that reads it."""
        end = item.path
        while end in self._follower:
            end = self._follower[end]
        reader = self._sole_reader(end)
        if reader is None or {item.path, reader.path} & self._after.keys():
            return
        if reader.group == item.group and reader.path not in self._joined:
            self._before[item.path] = reader.path
            self._joined.add(reader.path)

    def _follow(self, item: Item) -> None:
        """Let an item without weights that matter follow what it reads."""
        if len(item.reads) != 1 or item.path in self._joined:
            return
        source = item.reads[0].source
        if not _is_minor(item) and not (_is_weightless(item) and self._all_weightless(source)):
            return
        if self._readers[source] != [item.path]:
            return
        above = self._items.get(source)
        if above is None:
            fits = item.node.op is not None and item.node.op.name() in _INPUT_WORDS
            fits = fits and not item.group
        else:
            fits = above.group == item.group and len(above.shapes_out) == 1
        if fits:
            self._after[item.path] = source
            self._follower[source] = item.path

    def _all_weightless(self, path: str) -> bool:
        """Whether the box of an item is called after a pool or slice that joins nothing."""
        while path in self._after:
            path = self._after[path]
        item = self._items.get(path)
        if item is None or len(item.reads) != 1:
            return False
        return _is_weightless(item) and not _is_minor(item)

    def _sole_reader(self, path: str) -> Item | None:
        """The one item that reads this and nothing else, if there is one."""
        readers = self._readers.get(path, [])
        if len(readers) != 1 or readers[0] == _OUTPUT:
            return None
        reader = self._items[readers[0]]
        return reader if _sources(reader.reads) == {path} else None


def _sources(reads: Iterable[Read]) -> set[str]:
    return {read.source for read in reads}


def _is_join(item: Item) -> bool:
    op = item.node.op
    return is_merge(item.node) or (
        op is not None and op.name() in _JOINS and len(_sources(item.reads)) > 1
    )


def _is_weightless(item: Item) -> bool:
    """Whether an item is a primitive such as a pool or a slice."""
    cost = node_cost(item.graph, item.node)
    return item.node.op is not None and not cost.macs and not cost.params


def _is_minor(item: Item) -> bool:
    """Whether an item multiplies nothing and gives as much as it gets, such as a norm."""
    if len(item.reads) != 1 or item.count > 1 or len(item.shapes_out) != 1:
        return False
    if node_cost(item.graph, item.node).macs:
        return False
    return item.shapes_in[0].size == item.shapes_out[0][1].size
