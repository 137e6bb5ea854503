def total(coins):
    return sum(coins)


def largest(coins):
    return max(coins)
