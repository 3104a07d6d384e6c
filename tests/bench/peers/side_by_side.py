#!/usr/bin/env python3
"""Dedupe beside other tools on one made corpus: precision, recall, F1, processor seconds, memory.

    scripts/make-corpus --docs 4000 --seed 81 -o C
    tests/bench/peers/side_by_side.py C --qingwen target/release/qingwen [--venv DIR]

Makes a virtual environment of its own with datasketch and rensa from PyPI (in DIR, else .venv beside
this file) and runs itself there, and builds tests/bench/peers/groups for gaoya and the simhash crate;
what cannot be had is left out with a message. Each of them sees shingles of five characters of the
text as it is, some 128 permutations, threshold 0.7 and its own bands, as its documentation shows it;
the simhash crate all pairs within three bits. Pairs are joined as they come. A pair counts where both
come from one original, however little is left of it; the second recall is of pairs of a copy and its
original (the first 3,000) whose Jaccard, width, punctuation and spaces apart, is 0.7 or more. Look-alikes count
against. Processor seconds are user time of the whole, shingles included; memory is the peak.
"""
import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import unicodedata

PEERS = ["datasketch", "rensa"]
CRATES = ["gaoya", "simhash"]
HERE = os.path.dirname(os.path.abspath(__file__))


def rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def shingles(text):
    return [text[at:at + 5] for at in range(max(1, len(text) - 4))]


class Joined:
    """Union-find."""

    def __init__(self, count):
        self.head = list(range(count))

    def of(self, at):
        while self.head[at] != at:
            self.head[at] = self.head[self.head[at]]
            at = self.head[at]
        return at

    def join(self, a, b):
        self.head[max(self.of(a), self.of(b))] = min(self.of(a), self.of(b))


def datasketch(texts):
    from datasketch import MinHash, MinHashLSH
    lsh, joined = MinHashLSH(threshold=0.7, num_perm=128), Joined(len(texts))
    for nth, text in enumerate(texts):
        minhash = MinHash(num_perm=128)
        minhash.update_batch([shingle.encode() for shingle in set(shingles(text))])
        for other in lsh.query(minhash):
            joined.join(nth, other)
        lsh.insert(nth, minhash)
    return [joined.of(nth) for nth in range(len(texts))]


def rensa(texts):
    from rensa import RMinHash, RMinHashLSH
    lsh, joined = RMinHashLSH(0.7, 128, 16), Joined(len(texts))
    for nth, text in enumerate(texts):
        minhash = RMinHash(num_perm=128, seed=42)
        minhash.update(shingles(text))
        for other in lsh.query(minhash):
            joined.join(nth, other)
        lsh.insert(nth, minhash)
    return [joined.of(nth) for nth in range(len(texts))]


def qingwen(corpus, binary):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        subprocess.run([binary, "dedupe", os.path.join(corpus, "documents.jsonl"), "-o", out, "--threads", "1", "--quiet"], check=True)
        cluster = {row["id"]: row["cluster"] for row in rows(os.path.join(out, "assignments.jsonl"))}
    return [cluster.get(row["id"], row["id"]) for row in rows(os.path.join(corpus, "documents.jsonl"))]


def crate(corpus, which):
    """Another crate's groups, made by a program of its own."""
    manifest = os.path.join(HERE, "groups", "Cargo.toml")
    binary = os.path.join(HERE, "groups", "target", "release", "groups")
    if not os.path.exists(binary):
        subprocess.run(["cargo", "build", "--release", "--quiet", "--manifest-path", manifest], check=True)
    found = subprocess.run([binary, which, os.path.join(corpus, "documents.jsonl")], check=True, capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def folded(text):
    """Shingles of a text without width, punctuation and spaces."""
    text = re.sub(r"[^\w]|_", "", unicodedata.normalize("NFKC", text)).lower()
    return set(shingles(text))


def alike(corpus, most=3000):
    """Pairs of a copy and its original, by number, of Jaccard 0.7 or more; the first so many copies."""
    texts = [row["text"] for row in rows(os.path.join(corpus, "documents.jsonl"))]
    place = {row["id"]: nth for nth, row in enumerate(rows(os.path.join(corpus, "documents.jsonl")))}
    copies = [row for row in rows(os.path.join(corpus, "truth.jsonl")) if row["copy_of"] in place and row["id"] in place]
    out = []
    for row in copies[:most]:
        two = place[row["id"]], place[row["copy_of"]]
        a, b = folded(texts[two[0]]), folded(texts[two[1]])
        if len(a & b) >= 0.7 * len(a | b):
            out.append(two)
    return out


def pairs(groups):
    count = {}
    for group in groups:
        count[group] = count.get(group, 0) + 1
    return sum(n * (n - 1) // 2 for n in count.values())


def score(truth, given):
    """Pairwise precision and recall, and the share of look-alikes that joined another document."""
    # Short and empty look-alikes are equal texts now and then: nobody is asked about them.
    asked = [nth for nth, row in enumerate(truth) if row["negative"] not in ("short", "empty")]
    truth, given = [truth[nth] for nth in asked], [given[nth] for nth in asked]
    both = pairs(zip([row["copy_of"] or row["id"] for row in truth], given))
    wanted = pairs(row["copy_of"] or row["id"] for row in truth)
    all_given = pairs(given)
    sizes = {}
    for head in given:
        sizes[head] = sizes.get(head, 0) + 1
    alike = [head for row, head in zip(truth, given) if row["negative"] == "sibling"]
    merged = sum(sizes[head] > 1 for head in alike)
    precision, recall = both / max(1, all_given), both / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return precision, recall, f1, merged / max(1, len(alike))


def venv(folder):
    """The interpreter of the environment; None where it cannot be made."""
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        made = subprocess.run([sys.executable, "-m", "venv", folder]).returncode == 0
        if not made or subprocess.run([python, "-m", "pip", "install", "-q", *PEERS]).returncode != 0:
            return None
    return python


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("corpus")
    args.add_argument("--qingwen", default="target/release/qingwen")
    args.add_argument("--venv", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".venv"))
    args.add_argument("--one", help="one of them, in the environment that this runs in")
    args = args.parse_args()
    if args.one:
        documents = {row["id"]: row["text"] for row in rows(os.path.join(args.corpus, "documents.jsonl"))}
        truth = {row["id"]: row for row in rows(os.path.join(args.corpus, "truth.jsonl"))}
        before = [resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        if args.one == "qingwen":
            given = qingwen(args.corpus, args.qingwen)
        elif args.one in CRATES:
            given = crate(args.corpus, args.one)
        else:
            given = {"datasketch": datasketch, "rensa": rensa}[args.one](list(documents.values()))
        after = [resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        is_child = args.one not in PEERS
        seconds = after[is_child] - before[is_child]
        who = resource.RUSAGE_CHILDREN if is_child else resource.RUSAGE_SELF
        peak = resource.getrusage(who).ru_maxrss / 1024
        precision, recall, f1, merged = score([truth[name] for name in documents], given)
        wanted = alike(args.corpus)
        found = sum(given[a] == given[b] for a, b in wanted) / max(1, len(wanted))
        print(f"| {args.one} | {precision:.4f} | {recall:.3f} | {f1:.3f} | {found:.4f} | {merged:.3f} | {seconds:.1f} | {peak:.0f} |", flush=True)
        return 0
    if not os.path.exists(os.path.join(HERE, "groups", "target", "release", "groups")):
        crate_is_there = subprocess.run(["cargo", "build", "--release", "--quiet", "--manifest-path", os.path.join(HERE, "groups", "Cargo.toml")]).returncode == 0
    else:
        crate_is_there = True
    python = venv(args.venv)
    print("| | precision | recall | F1 | recall, J ≥ 0.7 | template siblings merged | user s | peak MiB |\n|---|---|---|---|---|---|---|---|", flush=True)
    for one in ["qingwen"] + CRATES + PEERS:
        run = python if one in PEERS else sys.executable
        if run is None or one in CRATES and not crate_is_there:
            print(f"{one}: left out, it cannot be had here", file=sys.stderr)
            continue
        subprocess.run([run, os.path.abspath(__file__), args.corpus, "--qingwen", args.qingwen, "--one", one])
    return 0


if __name__ == "__main__":
    sys.exit(main())
