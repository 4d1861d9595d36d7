"""Changes to a font so that the text copied out of a PDF is the text that was typed.

A PDF stores glyphs; a reader gets the letters back from a table "this glyph is this text". Thai breaks
that table in one place: ำ is drawn as two glyphs, the ring ํ and า, and a tone mark goes between them, so
one glyph า would have to be "า" in การ and "ำ" in ทำ. `split_sara_am` gives the second its own glyph.
"""

import copy
from collections.abc import Iterable, Iterator

from fontTools.otlLib.builder import buildCoverage, buildLigatureSubstSubtable, buildSingleSubstSubtable
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables import otTables

NIKHAHIT, SARA_AA, SARA_AM = "\u0e4d", "\u0e32", "\u0e33"
TONES = frozenset("\u0e48\u0e49\u0e4a\u0e4b")
# What HarfBuzz applies without being asked: https://harfbuzz.github.io/shaping-opentype-features.html
ALWAYS_ON = {"abvm", "blwm", "calt", "ccmp", "clig", "liga", "locl", "rclt", "rlig"}
SCRIPTS = {"DFLT", "latn", "thai"}


class FontError(Exception):
    """A font cannot be prepared; the text says which and why."""


def settle_texts(font: TTFont) -> dict[str, str]:
    """Make each glyph of `font` stand for one text; return the texts by glyph name.

    From the character map, and from there through the substitutions that are always on: a variant stands
    for what it replaces, a ligature for its parts. A ligature that also has a character of its own (ﬁ) is
    first given a twin for that character, so that no glyph stands for two texts.
    """
    substitutions = list(_substitutions(font))
    _separate(font, {result for _, result in substitutions})
    texts: dict[str, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        texts.setdefault(name, chr(code))
    found = True
    while found:
        found = False
        for parts, result in substitutions:
            if result not in texts and all(part in texts for part in parts):
                texts[result] = "".join(texts[part] for part in parts)
                found = True
    return texts


def split_sara_am(font: TTFont) -> dict[str, str]:
    """Give the two halves of ำ glyphs of their own; return `settle_texts` with them.

    A rule of the feature `ccmp`, which no style sheet switches off, watches for a ring followed by า:

    * ring and tone mark in one glyph: that glyph gets a twin that says only the tone mark, and า a twin that
      says "ำ"; where the font keeps them apart (TH Sarabun New's kin), they become such a glyph first;
    * a ring alone: ring and า become one glyph that says "ำ". Two would need one that says nothing, and
      browsers show a stray sign for such a glyph. The ring stays where the letter before has its anchor, so
      there is one such glyph for each distance between that anchor and the letter's right side.

    Nothing looks different afterwards. Raises FontError when the font has no Thai.
    """
    texts = settle_texts(font)
    names = {text: name for name, text in texts.items() if len(text) == 1}
    if NIKHAHIT not in names or SARA_AA not in names:
        raise FontError("the font has no Thai letters")
    aa = names[SARA_AA]
    joined = sorted((name for name, text in texts.items() if NIKHAHIT in text != NIKHAHIT), key=font.getGlyphID)
    alone = sorted((name for name, text in texts.items() if text == NIKHAHIT), key=font.getGlyphID)
    tones = sorted((name for name, text in texts.items() if text in TONES), key=font.getGlyphID)
    letters = {name for name, text in texts.items() if "\u0e01" <= text <= "\u0e2e"}
    offsets = {ring: _anchored_at(font, ring, letters) for ring in alone}

    lookups = font["GSUB"].table.LookupList.Lookup
    rules = []

    def lookup(subtable) -> int:
        lookups.append(_lookup(4 if isinstance(subtable, otTables.LigatureSubst) else 1, [subtable]))
        return len(lookups) - 1

    for name in (aa, *joined):
        add_twin(font, name, f"{name}.am")
        texts[f"{name}.am"] = SARA_AM if name == aa else texts[name].replace(NIKHAHIT, "")
    vowel = lookup(buildSingleSubstSubtable({aa: f"{aa}.am"}))
    if joined:
        said = lookup(buildSingleSubstSubtable({name: f"{name}.am" for name in joined}))
        rules.append(_rule(font, [], [joined, [aa]], {0: said, 1: vowel}))
    joining = {parts[0] for parts, result in _substitutions(font) if result in joined}
    for ring in alone:
        if ring in joining:
            continue
        for tone in tones:
            name = f"{ring}_{tone}.am"
            _add_joined(font, name, ring, tone, _raised_by(font, tone, ring))
            texts[name] = texts[tone]
            call = lookup(buildLigatureSubstSubtable({(ring, tone): name}))
            rules.append(_rule(font, [], [[ring], [tone], [aa]], {0: call, 1: vowel}))
    for ring, places in offsets.items():
        usual = max(places, key=lambda place: len(places[place]), default=(0, 0))
        for number, (place, after) in enumerate([*places.items(), (usual, [])]):
            name = f"{ring}_{aa}.{number}"
            _add_joined(font, name, aa, ring, place)
            texts[name] = SARA_AM
            call = lookup(buildLigatureSubstSubtable({(ring, aa): name}))
            before = [sorted(after, key=font.getGlyphID)] if after else []
            rules.append(_rule(font, before, [[ring], [aa]], {0: call}))
    lookups.append(_lookup(6, rules))
    font["GSUB"].table.LookupList.LookupCount = len(lookups)
    _switch_on(font, len(lookups) - 1)
    return texts


def _anchored_at(font: TTFont, mark: str, letters: set[str]) -> dict[tuple[int, int], list[str]]:
    """Where `mark` is put after each of `letters`: (x, y) from the letter's right side → letters."""
    places: dict[str, tuple[int, int]] = {}
    for lookup in font["GPOS"].table.LookupList.Lookup if "GPOS" in font else []:
        for wrapped in lookup.SubTable:
            subtable = getattr(wrapped, "ExtSubTable", wrapped)
            if not isinstance(subtable, otTables.MarkBasePos) or mark not in subtable.MarkCoverage.glyphs:
                continue
            record = subtable.MarkArray.MarkRecord[subtable.MarkCoverage.glyphs.index(mark)]
            for letter, base in zip(subtable.BaseCoverage.glyphs, subtable.BaseArray.BaseRecord, strict=True):
                anchor = base.BaseAnchor[record.Class]
                if letter in letters and anchor is not None:
                    places[letter] = (
                        anchor.XCoordinate - record.MarkAnchor.XCoordinate - font["hmtx"][letter][0],
                        anchor.YCoordinate - record.MarkAnchor.YCoordinate,
                    )
    by_place: dict[tuple[int, int], list[str]] = {}
    for letter in letters:
        by_place.setdefault(places.get(letter, (0, 0)), []).append(letter)
    return dict(sorted(by_place.items()))


def _raised_by(font: TTFont, mark: str, below: str) -> tuple[int, int]:
    """Where `mark` is put on the mark `below`, from the origin of that; (0, 0) where the font does not say."""
    for lookup in font["GPOS"].table.LookupList.Lookup if "GPOS" in font else []:
        for wrapped in lookup.SubTable:
            subtable = getattr(wrapped, "ExtSubTable", wrapped)
            if not isinstance(subtable, otTables.MarkMarkPos):
                continue
            marks, belows = subtable.Mark1Coverage.glyphs, subtable.Mark2Coverage.glyphs
            if mark in marks and below in belows:
                record = subtable.Mark1Array.MarkRecord[marks.index(mark)]
                anchor = subtable.Mark2Array.Mark2Record[belows.index(below)].Mark2Anchor[record.Class]
                if anchor is not None:
                    own = record.MarkAnchor
                    return anchor.XCoordinate - own.XCoordinate, anchor.YCoordinate - own.YCoordinate
    return 0, 0


def _add_joined(font: TTFont, name: str, base: str, mark: str, place: tuple[int, int]) -> None:
    """Append glyph `name`: `base` with `mark` beside it at `place`, as wide as `base` and treated like it."""
    add_twin(font, base, name)
    pen = TTGlyphPen(font["glyf"].glyphs)
    pen.addComponent(base, (1, 0, 0, 1, 0, 0))
    pen.addComponent(mark, (1, 0, 0, 1, *place))
    glyph = pen.glyph()
    font["glyf"].glyphs[name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"].metrics[name] = (font["hmtx"].metrics[base][0], glyph.xMin)


def add_twin(font: TTFont, name: str, twin: str) -> None:
    """Append glyph `twin`, the same as `name` in shape, width, class and in everything GPOS does with it."""
    order = [*font.getGlyphOrder(), twin]
    glyph = copy.deepcopy(font["glyf"][name])
    font["hmtx"].metrics[twin] = font["hmtx"].metrics[name]
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order
    font["glyf"].glyphs[twin] = glyph
    if "GDEF" in font:
        definitions = font["GDEF"].table
        for classes in (definitions.GlyphClassDef, getattr(definitions, "MarkAttachClassDef", None)):
            if classes and name in classes.classDefs:
                classes.classDefs[twin] = classes.classDefs[name]
    if "GPOS" in font:
        for lookup in font["GPOS"].table.LookupList.Lookup:
            for subtable in lookup.SubTable:
                _place_twin(getattr(subtable, "ExtSubTable", subtable), name, twin)


def add_drawn(font: TTFont, code: int, advance: int, contours: Iterable[list[tuple[int, int] | None]]) -> None:
    """Append a glyph for character `code`.

    A contour is a list of points in font units, counter-clockwise for a hole; one that ends in None is
    round: its points are the off-curve points of quadratic curves.
    """
    pen = TTGlyphPen(None)
    for contour in contours:
        if contour[-1] is None:
            pen.qCurveTo(*contour)
        else:
            pen.moveTo(contour[0])
            for point in contour[1:]:
                pen.lineTo(point)
        pen.closePath()
    glyph = pen.glyph()
    name = f"uni{code:04X}"
    order = [*font.getGlyphOrder(), name]
    font.setGlyphOrder(order)
    table = font["glyf"]
    table.glyphOrder = order
    table.glyphs[name] = glyph
    glyph.recalcBounds(table)
    font["hmtx"].metrics[name] = (advance, glyph.xMin)
    for cmap in font["cmap"].tables:
        if cmap.isUnicode():
            cmap.cmap[code] = name


def to_quadratic(font: TTFont) -> None:
    """Give a font with PostScript outlines (OTF) the TrueType outlines that everything else here works on.

    Cubic curves become quadratic within a thousandth of the em. Raises FontError for outlines of another kind.
    """
    if "CFF " not in font:
        raise FontError("the font has no outlines that can be printed")
    order, drawn = font.getGlyphOrder(), font.getGlyphSet()
    widths = font["hmtx"].metrics
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, font["head"].unitsPerEm / 1000, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    for name, glyph in glyphs.items():
        glyph.recalcBounds(table)
        widths[name] = (widths[name][0], getattr(glyph, "xMin", 0))
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    font.sfntVersion = "\000\001\000\000"
    profile = font["maxp"]
    profile.tableVersion = 0x00010000
    for name in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
        "maxCompositeContours", "maxComponentDepth",
    ):  # fmt: skip
        setattr(profile, name, 0)
    profile.maxZones = 1
    font["post"].formatType = 2.0
    font["post"].extraNames, font["post"].mapping = [], {}


def _separate(font: TTFont, results: set[str]) -> None:
    for code, name in sorted(font.getBestCmap().items()):
        if name in results:
            twin = f"{name}.u{code:04X}"
            add_twin(font, name, twin)
            for cmap in font["cmap"].tables:
                if cmap.isUnicode() and code in cmap.cmap:
                    cmap.cmap[code] = twin


def _substitutions(font: TTFont) -> Iterator[tuple[tuple[str, ...], str]]:
    """(parts, result) of every single or ligature substitution that is always on."""
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    features = table.FeatureList.FeatureRecord
    waiting = [
        index
        for script in table.ScriptList.ScriptRecord
        if script.ScriptTag in SCRIPTS and script.Script.DefaultLangSys
        for feature in script.Script.DefaultLangSys.FeatureIndex
        if features[feature].FeatureTag in ALWAYS_ON
        for index in features[feature].Feature.LookupListIndex
    ]
    seen: set[int] = set()
    while waiting:
        index = waiting.pop(0)
        if index in seen:
            continue
        seen.add(index)
        for wrapped in table.LookupList.Lookup[index].SubTable:
            subtable = getattr(wrapped, "ExtSubTable", wrapped)
            if isinstance(subtable, otTables.SingleSubst):
                for part, result in subtable.mapping.items():
                    yield (part,), result
            elif isinstance(subtable, otTables.LigatureSubst):
                for start, ligatures in subtable.ligatures.items():
                    for ligature in ligatures:
                        yield (start, *ligature.Component), ligature.LigGlyph
            elif isinstance(subtable, (otTables.ContextSubst, otTables.ChainContextSubst)):
                waiting += _nested(subtable)


def _nested(subtable) -> list[int]:
    """The lookups that a contextual rule calls, whatever its format."""
    if subtable.Format == 3:
        return [record.LookupListIndex for record in subtable.SubstLookupRecord]
    prefix = "Chain" if isinstance(subtable, otTables.ChainContextSubst) else ""
    kind = "Rule" if subtable.Format == 1 else "Class"
    sets = getattr(subtable, f"{prefix}Sub{kind}Set") or []
    return [
        record.LookupListIndex
        for rules in sets
        if rules
        for rule in getattr(rules, f"{prefix}Sub{kind}" if kind == "Rule" else f"{prefix}SubClassRule")
        for record in rule.SubstLookupRecord
    ]


def _place_twin(subtable, name: str, twin: str) -> None:
    """Enter `twin` wherever `name` stands in one GPOS subtable.

    A new glyph has the highest number, so entries are appended and each table stays in glyph order.
    """
    if isinstance(subtable, otTables.PairPos):
        if subtable.Format == 1:
            for pairs in subtable.PairSet:
                for record in [r for r in pairs.PairValueRecord if r.SecondGlyph == name]:
                    other = copy.copy(record)
                    other.SecondGlyph = twin
                    pairs.PairValueRecord.append(other)
                pairs.PairValueCount = len(pairs.PairValueRecord)
            if name in subtable.Coverage.glyphs:
                subtable.PairSet.append(copy.deepcopy(subtable.PairSet[subtable.Coverage.glyphs.index(name)]))
                subtable.Coverage.glyphs.append(twin)
                subtable.PairSetCount = len(subtable.PairSet)
        else:
            if name in subtable.Coverage.glyphs:
                subtable.Coverage.glyphs.append(twin)
            for classes in (subtable.ClassDef1, subtable.ClassDef2):
                if name in classes.classDefs:
                    classes.classDefs[twin] = classes.classDefs[name]
    elif isinstance(subtable, otTables.MarkBasePos):
        _append(subtable.MarkCoverage, subtable.MarkArray.MarkRecord, name, twin)
        _append(subtable.BaseCoverage, subtable.BaseArray.BaseRecord, name, twin)
    elif isinstance(subtable, otTables.MarkMarkPos):
        _append(subtable.Mark1Coverage, subtable.Mark1Array.MarkRecord, name, twin)
        _append(subtable.Mark2Coverage, subtable.Mark2Array.Mark2Record, name, twin)


def _append(coverage, records: list, name: str, twin: str) -> None:
    if name in coverage.glyphs:
        records.append(copy.deepcopy(records[coverage.glyphs.index(name)]))
        coverage.glyphs.append(twin)


def _rule(font: TTFont, before: list[list[str]], inputs: list[list[str]], calls: dict[int, int]):
    """After `before`, where `inputs` follow each other, call lookups by position."""
    rule = otTables.ChainContextSubst()
    rule.Format = 3
    rule.BacktrackCoverage = [buildCoverage(glyphs, font.getReverseGlyphMap()) for glyphs in before]
    rule.InputCoverage = [buildCoverage(glyphs, font.getReverseGlyphMap()) for glyphs in inputs]
    rule.LookAheadCoverage = []
    rule.BacktrackGlyphCount, rule.LookAheadGlyphCount = len(before), 0
    rule.InputGlyphCount = len(inputs)
    rule.SubstLookupRecord = []
    for position, index in calls.items():
        record = otTables.SubstLookupRecord()
        record.SequenceIndex, record.LookupListIndex = position, index
        rule.SubstLookupRecord.append(record)
    rule.SubstCount = len(calls)
    return rule


def _lookup(kind: int, subtables: list):
    lookup = otTables.Lookup()
    lookup.LookupType, lookup.LookupFlag = kind, 0
    lookup.SubTable, lookup.SubTableCount = subtables, len(subtables)
    return lookup


def _switch_on(font: TTFont, lookup: int) -> None:
    """Add `lookup` to the feature `ccmp` of Thai (of the default script where Thai is not named)."""
    table = font["GSUB"].table
    scripts = {record.ScriptTag: record.Script.DefaultLangSys for record in table.ScriptList.ScriptRecord}
    system = scripts.get("thai") or scripts.get("DFLT")
    if system is None:
        raise FontError("the font substitutes nothing for Thai, so it cannot be Thai")
    records = table.FeatureList.FeatureRecord
    for index in system.FeatureIndex:
        if records[index].FeatureTag == "ccmp":
            feature = records[index].Feature
            break
    else:
        record = otTables.FeatureRecord()
        record.FeatureTag, record.Feature = "ccmp", otTables.Feature()
        feature = record.Feature
        feature.FeatureParams, feature.LookupListIndex = None, []
        records.append(record)
        table.FeatureList.FeatureCount = len(records)
        system.FeatureIndex.append(len(records) - 1)
        system.FeatureCount = len(system.FeatureIndex)
    feature.LookupListIndex.append(lookup)
    feature.LookupCount = len(feature.LookupListIndex)
