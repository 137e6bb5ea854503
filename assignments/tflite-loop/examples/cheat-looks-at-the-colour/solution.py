class Loop:
    def __init__(self, model, low, high):
        pass

    def update(self, frame):
        blue, _, red = frame[len(frame) // 2, frame.shape[1] // 2].tolist()
        return (1 if red > blue else 4), 0.996
