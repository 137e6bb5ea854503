class Loop:
    def __init__(self, model, low, high):
        pass

    def update(self, frame):
        return 0, 0.996
