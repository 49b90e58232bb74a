"""Every PromQL text that is declared, and a walk through what it is made of."""

import json
from typing import NamedTuple

import promql_parser as promql

RULES = "grafana:alerting/ruleGroup:RuleGroup"
OBJECTIVE = "grafana:slo/sLO:SLO"
DASHBOARD = "grafana:oss/dashboard:Dashboard"
COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")


class Expression(NamedTuple):
    """A text, where it stands, and whether its counters are left raw because the vendor adds the rate."""

    where: str
    product: str
    text: str
    raw: bool = False

    def parsed(self):
        """Its tree; what Grafana fills in is five minutes here."""
        return promql.parse(self.text.replace("$__rate_interval", "5m").replace("$__interval", "5m"))


def expressions(declared, products):
    """All of them in rules, objectives and dashboards."""
    for resource in declared.resources:
        product = next((each.name for each in products if resource.name.startswith(f"{each.name}-")), "")
        if resource.type == RULES:
            for rule in resource.inputs["rules"]:
                for data in rule["datas"]:
                    model = json.loads(data["model"])
                    if "expr" in model and "queryType" not in model:  # which is said of LogQL only
                        yield Expression(rule["uid"], product, model["expr"])
        elif resource.type == OBJECTIVE:
            for query in resource.inputs["queries"]:
                if "ratio" in query:
                    for key in ("successMetric", "totalMetric"):
                        yield Expression(resource.name, product, query["ratio"][key], raw=True)
                else:
                    yield Expression(resource.name, product, query["freeform"]["query"])
        elif resource.type == DASHBOARD:
            page = json.loads(resource.inputs["configJson"])
            for panel in page["panels"]:
                for target in panel.get("targets", ()):
                    if target["datasource"]["type"] == "prometheus":
                        yield Expression(f"{resource.name}, {panel['title']}", product, target["expr"])


def parts(node):
    """What a node is directly made of."""
    match node:
        case promql.AggregateExpr():
            return [node.expr]
        case promql.BinaryExpr():
            return [node.lhs, node.rhs]
        case promql.Call():
            return list(node.args)
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            return [node.expr]
        case promql.MatrixSelector():
            return [node.vector_selector]
        case _:
            return []


def walk(node, above=()):
    """Every node, with those above it, the nearest last."""
    yield node, above
    for part in parts(node):
        yield from walk(part, (*above, node))


def functions(above):
    """The names of the functions around a node, the nearest first."""
    return [node.func.name for node in reversed(above) if isinstance(node, promql.Call)]


def comparisons(tree):
    """Comparing nodes, each with those above it."""
    for node, above in walk(tree):
        if isinstance(node, promql.BinaryExpr) and str(node.op) in COMPARISONS:
            yield node, above


def selectors(tree):
    """Every metric that is asked for, with the functions around it and its labels."""
    for node, above in walk(tree):
        if isinstance(node, promql.VectorSelector):
            labels = {matcher.name: matcher.value for matcher in node.matchers.matchers}
            yield node.name, functions(above), labels
