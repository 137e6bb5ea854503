"""The tree of RFC 6962: reference roots, every proof of every small tree, and no other proof.

The reference is the recursion of RFC 6962, section 2.1, written down as it stands there: slow, and plainly right.
"""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import merkle
from grader.merkle import BadProof, Frontier, check_consistency, check_inclusion

REFERENCE_LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves that certificate-transparency and transparency-dev/merkle test with (testonly/reference.go)."""
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LARGEST = 64
LEAVES = [hashlib.sha256(bytes([number])).digest() for number in range(LARGEST)]
"""Leaf hashes of the trees below."""


def root_of(leaves):
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = half(len(leaves))
    return hashlib.sha256(b"\x01" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def half(n):
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path_of(m, leaves):
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = half(len(leaves))
    if m < k:
        return [*path_of(m, leaves[:k]), root_of(leaves[k:])]
    return [*path_of(m - k, leaves[k:]), root_of(leaves[:k])]


def subproof_of(m, leaves, *, whole=True):
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = half(len(leaves))
    if m <= k:
        return [*subproof_of(m, leaves[:k], whole=whole), root_of(leaves[k:])]
    return [*subproof_of(m - k, leaves[k:], whole=False), root_of(leaves[:k])]


@pytest.fixture(scope="module")
def tree():
    """Every complete subtree of the largest tree."""
    _, nodes = merkle.grow(Frontier(), LEAVES)
    return dict(nodes)


ROOTS = [root_of(LEAVES[:size]) for size in range(LARGEST + 1)]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference(size):
    """Promises that the tree is RFC 6962's, by roots that others computed."""
    leaves = [merkle.leaf_hash(leaf) for leaf in REFERENCE_LEAVES[:size]]
    assert merkle.grow(Frontier(), leaves)[0].root.hex() == REFERENCE_ROOTS[size]
    assert root_of(leaves).hex() == REFERENCE_ROOTS[size]


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_a_tree_grown_in_any_steps_is_the_same(size):
    """Promises that it does not matter how many leaves are added at once, and that no subtree is told twice."""
    for cut in range(size + 1):
        first, some = merkle.grow(Frontier(), LEAVES[:cut])
        whole, rest = merkle.grow(first, LEAVES[cut:size])
        assert whole.root == ROOTS[size]
        nodes = dict([*some, *rest])
        assert len(nodes) == len(some) + len(rest) == sum(size >> level for level in range(8))
    for node, value in nodes.items():
        assert value == root_of(LEAVES[node.number << node.level : (node.number + 1) << node.level])


def test_every_inclusion_proof_up_to_64_leaves(tree):
    """Promises the reference's proof for every leaf of every tree, and that it is accepted for that leaf alone."""
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = merkle.prove(merkle.inclusion(index, size), tree.__getitem__)
            assert list(proof) == path_of(index, LEAVES[:size])
            check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            for other in range(size):
                if other != index:
                    with pytest.raises(BadProof):
                        check_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
                    with pytest.raises(BadProof):
                        check_inclusion(LEAVES[other], index, size, proof, ROOTS[size])


def test_every_consistency_proof_up_to_64_leaves(tree):
    """Promises the reference's proof between any two trees, and that it is accepted between those two alone."""
    for new in range(1, LARGEST + 1):
        for old in range(1, new + 1):
            proof = merkle.prove(merkle.consistency(old, new), tree.__getitem__)
            assert list(proof) == subproof_of(old, LEAVES[:new])
            check_consistency(old, new, proof, ROOTS[old], ROOTS[new])
            for wrong_old, wrong_new in ((old - 1, new), (old + 1, new), (old, new + 1), (old, new - 1)):
                with pytest.raises(BadProof):
                    check_consistency(wrong_old, wrong_new, proof, ROOTS[old], ROOTS[wrong_new % (LARGEST + 1)])
            if old != new:
                with pytest.raises(BadProof):
                    check_consistency(old, new, proof, ROOTS[old - 1], ROOTS[new])
                with pytest.raises(BadProof):
                    check_consistency(old, new, proof, ROOTS[old], ROOTS[new - 1])


def test_a_proof_takes_few_reads():
    """Promises that a proof reads no more than two subtrees a level, in a tree of a million leaves and a bit."""
    size = 1_000_003
    for index in (0, 1, 2**19 - 1, 2**19, 999_999, size - 1):
        assert len(merkle.needed(merkle.inclusion(index, size))) <= 2 * 20
    for old in (1, 2, 3, 2**19, 2**19 + 1, 999_999, size - 1, size):
        assert len(merkle.needed(merkle.consistency(old, size))) <= 2 * 20


# --- no other proof ---------------------------------------------------------------------------------------------------


@st.composite
def mutations(draw):
    """A list of hashes to something else: a bit, a hash more or less, two changed about, a length."""
    how = draw(st.sampled_from(["bit", "drop", "add", "swap", "cut", "longer", "double"]))
    where, what = draw(st.integers(0, 1000)), draw(st.integers(0, 255))

    def mutate(proof):
        new = list(proof)
        if how == "add" or not new:
            new.insert(where % (len(new) + 1), hashlib.sha256(bytes([what])).digest())
        elif how == "bit":
            at = where % len(new)
            changed = bytearray(new[at])
            changed[what % 32] ^= 1 << what % 8
            new[at] = bytes(changed)
        elif how == "drop":
            del new[where % len(new)]
        elif how == "cut":
            new[where % len(new)] = new[where % len(new)][: what % 32]
        elif how == "longer":
            new[where % len(new)] += bytes([what])
        elif how == "double":
            new.insert(where % len(new), new[where % len(new)])
        else:
            first, second = where % len(new), what % len(new)
            new[first], new[second] = new[second], new[first]
        return tuple(new)

    return mutate


@given(st.integers(1, LARGEST), st.data(), mutations())
def test_a_changed_inclusion_proof_is_refused(tree, size, data, mutate):
    """Promises that no bit, hash, order or length of a proof can be changed unnoticed."""
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.prove(merkle.inclusion(index, size), tree.__getitem__)
    changed = mutate(proof)
    if changed != proof:
        with pytest.raises(BadProof):
            check_inclusion(LEAVES[index], index, size, changed, ROOTS[size])


@given(st.integers(1, LARGEST), st.data(), mutations())
def test_a_changed_consistency_proof_is_refused(tree, new, data, mutate):
    """Promises the same of a proof between two trees."""
    old = data.draw(st.integers(1, new))
    proof = merkle.prove(merkle.consistency(old, new), tree.__getitem__)
    changed = mutate(proof)
    if changed != proof:
        with pytest.raises(BadProof):
            check_consistency(old, new, changed, ROOTS[old], ROOTS[new])


@pytest.mark.parametrize("size", [0, -1])
def test_an_empty_tree_shows_nothing(size):
    """Promises that nothing is in a log without entries, and that nothing follows from one (see RFC 9162, 2.1.4.2)."""
    with pytest.raises(BadProof, match="cannot be in a log"):
        check_inclusion(merkle.EMPTY_ROOT, 0, size, (), merkle.EMPTY_ROOT)
    with pytest.raises(BadProof, match="cannot have grown"):
        check_consistency(size, 1, (), merkle.EMPTY_ROOT, LEAVES[0])
    with pytest.raises(BadProof, match="cannot have grown"):
        check_consistency(size, size, (), merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(0, size)
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency(size, 1)


def test_a_leaf_cannot_pass_for_a_subtree():
    """Promises that two hashes, logged as a leaf, do not have the hash of the subtree over them."""
    for left, right in pairwise(LEAVES):
        assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
