#!/usr/bin/env python3
"""Dedupe beside datasketch and rensa on one made corpus: precision, recall, F1, processor seconds.

    scripts/make-corpus --docs 4000 --seed 81 -o C
    tests/bench/peers/side_by_side.py C --qingwen target/release/qingwen [--venv DIR]

Makes a virtual environment of its own with the two from PyPI (in DIR, else .venv beside this file)
and runs itself there; where they cannot be had they are left out with a message. Each of them sees
shingles of five characters of the text as it is, 128 permutations, threshold 0.7 and its own bands,
as its documentation shows it; pairs are joined as they come. A pair counts where both come from one
original; look-alikes count against. Processor seconds are user time of the whole, shingles included.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile

PEERS = ["datasketch", "rensa"]


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
        else:
            given = {"datasketch": datasketch, "rensa": rensa}[args.one](list(documents.values()))
        after = [resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        seconds = after[1] - before[1] if args.one == "qingwen" else after[0] - before[0]
        figures = score([truth[name] for name in documents], given)
        print("| {} | {:.4f} | {:.3f} | {:.3f} | {:.3f} | {:.1f} |".format(args.one, *figures, seconds))
        return 0
    python = venv(args.venv)
    print("| | precision | recall | F1 | template siblings merged | user s |\n|---|---|---|---|---|---|", flush=True)
    for one in ["qingwen"] + PEERS:
        run = sys.executable if one == "qingwen" else python
        if run is None:
            print(f"{one}: left out, it cannot be had here", file=sys.stderr)
            continue
        subprocess.run([run, os.path.abspath(__file__), args.corpus, "--qingwen", args.qingwen, "--one", one])
    return 0


if __name__ == "__main__":
    sys.exit(main())
