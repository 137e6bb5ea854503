"""What all tests share: hidden tests of the attack pack are data here, not tests of ours."""

collect_ignore_glob = ["attacks/pack/*", "attacks/naive/inside.py"]
