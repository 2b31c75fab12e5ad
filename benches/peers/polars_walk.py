"""What people's lots hold, step by step. Each step depends on the one before: this is plain Python, not Polars."""

from collections import defaultdict


class Purses:
    """All lots; those of a person stand together, in the order that they are spent in (5.2)."""

    def __init__(self, granted, made_at, made_rank, origin_id, expires_at):
        self.held = granted.to_list()  # Or what it held when it expired.
        self.made_at = made_at.to_list()
        self.made_rank = made_rank.to_list()
        self.origin_id = origin_id.to_list()
        self.expires_at = expires_at.to_list()
        self.uncollected = defaultdict(int)  # By lot: what refunds could not collect of it (5.5).
        self.spent = defaultdict(list)  # By person and order: what redemptions took, lot by lot; without one what was debt.
        self.moves = [], [], [], []

    def walk(self, steps):
        """Takes all steps; returns columns of what moved: lot, number of the step, kind, amount."""
        first = None
        for number, step in enumerate(steps):
            whose, end, at, rank, source_id, kind, order_id, wanted, may_return, lots, dues = step
            if whose != first:
                first = start = whose
            while start < end and self.expires_at[start] <= at:
                start += 1
            self.number, self.at = number, at
            self.live = range(start, end)
            self.event = rank, source_id
            if kind == "redeem":
                taken = self.take("redeem", wanted)
                if may_return:
                    self.spent[first, order_id] += taken
            elif kind == "restore":
                self.give_back(self.spent[first, order_id], wanted)
            else:
                self.reclaim(lots, dues)
        return self.moves

    def move(self, lot, kind, amount):
        lots, steps, kinds, amounts = self.moves
        lots.append(lot)
        steps.append(self.number)
        kinds.append(kind)
        amounts.append(amount)

    def is_made(self, lot):
        made_at = self.made_at[lot]
        return made_at < self.at or made_at == self.at and (self.made_rank[lot], self.origin_id[lot]) < self.event

    def take(self, kind, wanted):
        """Takes from live lots; returns what from which, at last what none had, as if from the lot `None`."""
        taken = []
        for lot in self.live:
            if wanted == 0:
                break
            part = min(self.held[lot], wanted)
            if part > 0 and self.is_made(lot):
                self.held[lot] -= part
                self.move(lot, kind, -part)
                taken.append([lot, part])
                wanted -= part
        if wanted > 0:
            taken.append([None, wanted])
        return taken

    def give_back(self, spent, wanted):
        """Last taken, first returned (5.3)."""
        for part in reversed(spent):
            lot, amount = part[0], min(part[1], wanted)
            part[1] -= amount
            wanted -= amount
            if amount > 0 and lot is not None:
                self.receive(lot, amount)

    def receive(self, lot, amount):
        self.move(lot, "restore", amount)
        self.held[lot] += amount
        if self.expires_at[lot] <= self.at:
            self.move(lot, "expire", -amount)
        elif late := min(self.uncollected[lot], amount):
            self.held[lot] -= late
            self.uncollected[lot] -= late
            self.move(lot, "clawback", -late)

    def reclaim(self, lots, dues):
        """Takes from an order's own lots first, then from the person's others; what has expired counts as reclaimed (5.4)."""
        shortfalls = []
        for lot, due in zip(lots, dues):
            own = min(self.held[lot], due)
            self.held[lot] -= own
            if own > 0 and self.expires_at[lot] > self.at:
                self.move(lot, "clawback", -own)
            shortfalls.append(due - own)
        for lot, shortfall in zip(lots, shortfalls):
            taken = self.take("clawback", shortfall)
            if taken and taken[-1][0] is None:
                self.uncollected[lot] += taken[-1][1]
