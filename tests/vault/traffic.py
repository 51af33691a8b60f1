"""People who put, read, find, erase and rotate while parts are killed, and what they have noted: what was
acknowledged, what was shown to which request, what was erased. Each value says its number, so that what
belongs together can be told afterwards."""
import http.client
import itertools
import random
import threading
import time

CLIENTS, FEW, BATCH = 5, 40, 12
UNANSWERED = (OSError, http.client.HTTPException)
KINDS = ("name", "phone", "note"), ("birthday", "note")  # of a person, and of what comes later


def texts(number):
    return {"name": "落ちない 子%d" % number, "phone": "090-1%03d-%04d" % (number // 10000 % 1000, number % 10000),
            "note": "覚え %d" % number, "birthday": "%d-%02d-%02d" % (1950 + number // 336 % 50, 1 + number // 28 % 12,
                                                                    1 + number % 28)}


def values(number, kinds):
    return [{"kind": kind, "text": texts(number)[kind]} for kind in kinds]


class Person:
    def __init__(self, number, answer):
        self.number, self.id = number, answer["person"]
        self.tokens = dict(zip(answer["tokens"], [(kind, texts(number)[kind]) for kind in KINDS[0]]))
        self.erasing = False  # somebody has asked for it
        self.erased = None    # when that was answered, and the answer
        self.record = None


class Traffic:
    def __init__(self, house, dice):
        self.house, self.seed = house, dice.randrange(1 << 30)
        self.lock, self.ending = threading.Lock(), threading.Event()
        self.numbers, self.requests = itertools.count(1), itertools.count(1)
        self.people, self.shown, self.few, self.wrong, self.rotated = [], {}, set(), [], 0
        self.asked, self.answered = 0, 0
        self.threads = []

    def start(self):
        self.ending.clear()
        jobs = [(self.client, i) for i in range(CLIENTS)] + [(self.rotator, 0)]
        self.threads = [threading.Thread(target=job, args=(i,)) for job, i in jobs]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    # --- asking ---

    def ask(self, verb, question, **fields):
        """(status, answer, request); status 0: whoever was killed did not answer."""
        request = "REQ%07d" % next(self.requests)
        self.asked += 1
        try:
            status, answer = self.house.ask(verb, question, id=request, **fields)
        except UNANSWERED:
            time.sleep(0.01)
            return 0, {}, request
        if status == 200:
            self.answered += 1
        elif "error" not in answer:
            self.note("%s: %s without a word: %s" % (verb, status, answer))
        return status, answer, request

    def note(self, what):
        with self.lock:
            self.wrong.append(what)

    def client(self, number):
        dice = random.Random(self.seed + number)
        acts = [self.put] * 6 + [self.more] + [self.read] * 7 + [self.read_few, self.find, self.erase]
        while not self.ending.is_set():
            dice.choice(acts)(dice)

    def some(self, dice, count):
        with self.lock:
            return dice.sample(self.people, min(count, len(self.people)))

    # --- acts ---

    def put(self, _):
        number = next(self.numbers)
        question = {"values": values(number, KINDS[0])}
        if number % 2:
            question["case"] = "new"
        status, answer, _ = self.ask("put", question)
        if status == 200:
            with self.lock:
                self.people.append(Person(number, answer))

    def more(self, dice):
        for person in self.some(dice, 1):
            number = next(self.numbers)
            status, answer, _ = self.ask("put", {"person": person.id, "case": "new", "values": values(number, KINDS[1])})
            if status == 200:
                with self.lock:
                    person.tokens.update(zip(answer["tokens"], [(kind, texts(number)[kind]) for kind in KINDS[1]]))

    def read(self, dice):
        self.read_under("orders", dice, BATCH)

    def read_few(self, dice):
        self.read_under("rare", dice, 2)

    def read_under(self, purpose, dice, count):
        wanted, begun = {}, time.monotonic()
        for person in self.some(dice, count):
            with self.lock:
                for token in dice.sample(list(person.tokens), min(2, len(person.tokens))):
                    wanted[token] = person
        if wanted:
            status, answer, request = self.ask("read", {"purpose": purpose, "tokens": list(wanted)})
            if status == 200:
                self.showing(purpose, wanted, answer["values"], request, begun)

    def showing(self, purpose, wanted, shown, request, begun):
        with self.lock:
            for token, value in shown.items():
                person = wanted[token]
                kind, text = person.tokens[token]
                if "text" not in value:
                    if not person.erasing:
                        self.wrong.append("%s of a person who is there: %s" % (kind, value))
                    continue
                self.shown.setdefault(request, set()).add((person.id, kind))
                if purpose == "rare":
                    self.few.add(person.id)
                if value["text"] != text:
                    self.wrong.append("%s: %s in place of %s" % (token, value["text"], text))
                if person.erased and person.erased < begun:
                    self.wrong.append("%s was erased, and shown afterwards" % token)

    def find(self, dice):
        for person in self.some(dice, 1):
            kept = {t for t, (kind, _) in person.tokens.items() if kind == "phone"}
            status, answer, _ = self.ask("find", {"purpose": "orders", "kind": "phone",
                                                  "text": texts(person.number)["phone"]})
            if status == 200 and not person.erasing and not kept <= set(answer["tokens"]):
                self.note("not found: %s" % texts(person.number)["phone"])

    def erase(self, dice):
        for person in self.some(dice, 1):
            with self.lock:
                if person.erasing:
                    return
                person.erasing = True
            self.erase_one(person)

    def erase_one(self, person):
        status, answer, _ = self.ask("erase", {"person": person.id, "purpose": "closing"})
        if status == 200:
            with self.lock:
                person.erased, person.record = time.monotonic(), answer["record"]
        return status

    def rotator(self, _):
        dice = random.Random(self.seed - 1)
        while not self.ending.wait(0.1):
            self.rotate(dice)

    def rotate(self, dice):
        level = dice.choice(("person", "person", "tenant", "root"))
        question = {"level": level, "tenant": "tea"}
        if level == "person":
            for person in self.some(dice, 1):
                question["person"] = person.id
        status, _, _ = self.ask("rotate", question, ticket=self.house.console())
        self.rotated += status == 200
