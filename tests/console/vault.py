#!/usr/bin/python3
"""Fills an instance's vault, so that its pages have something to show: two tenants, a day's reading, an
overrun that froze its purpose, somebody who is nobody, a hold, an erasure. Prints what is there as JSON.

    vault.py STATE
"""
import json
import os
import sys
import time
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "vault"), os.path.join(HERE, "..", "lib")]
from house import House  # noqa: E402


def customer(number):
    return [("name", "関 所子%d" % number), ("phone", "090-1234-%04d" % number),
            ("address", "〒100-0001 東京都千代田区千代田1-%d" % (number + 1))]


def expect(answer, status=200):
    if answer[0] != status:
        sys.exit("the vault answered %s %s" % answer)
    return answer[1]


def read(house, purpose, people, tenant, status=200):
    return expect(house.ask("read", {"purpose": purpose, "tokens": [p["tokens"][0] for p in people]},
                            tenant=tenant, principal="acc_0000000000000000000V"), status)


def overrun(house, people):
    """An hour's, which freezes; one of the second that is going on would not."""
    word, end = "", time.monotonic() + 30
    while word != "budget_hour" and time.monotonic() < end:
        word = read(house, "few", people, "shop/tea", 429)["error"]
        time.sleep(0.05)
    if word != "budget_hour":
        sys.exit("no overrun of the hour: " + word)


def fill(state):
    house = House(types.SimpleNamespace(state=state, logs=lambda: ""))
    house.wait()
    tea = [expect(house.ask("put", {"values": [{"kind": k, "text": t} for k, t in customer(i)]}, tenant="shop/tea"))
           for i in range(40)]
    rice = [expect(house.ask("put", {"values": [{"kind": k, "text": t} for k, t in customer(i)]}, tenant="shop/rice"))
            for i in range(100, 112)]
    honey = expect(house.local("put", {"tenant": "shop/tea", "honey": True, "values": [
        {"kind": "name", "text": "蜜 見張子"}]}))
    read(house, "orders", tea[:27], "shop/tea")
    read(house, "orders", rice[:3], "shop/rice")
    read(house, "pages", tea[:5], "shop/tea")
    read(house, "shipping", tea[:9], "shop/tea")
    read(house, "orders", [honey], "shop/tea")
    read(house, "few", tea[:5], "shop/tea")
    overrun(house, tea[5:8])
    expect(house.local("hold", {"name": "case-7", "person": tea[0]["person"]}))
    expect(house.local("erase", {"tenant": "shop/rice", "person": rice[11]["person"]}))
    return {"people": 40 + 11 + 1, "read": sorted(p["person"] for p in tea[:27] + rice[:3] + [honey]),
            "erased": rice[11]["person"], "held": tea[0]["person"]}


if __name__ == "__main__":
    print(json.dumps(fill(sys.argv[1])))
