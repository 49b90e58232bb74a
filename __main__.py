"""Declares the monitoring of every product in stacks/, in the environment that this Pulumi stack stands for."""

import pulumi

from components.monitoring import ProductMonitoring
from components.program import read

program = read()
products = [ProductMonitoring(scope, program.secrets) for scope in program.scopes]
for scope, product in zip(program.scopes, products, strict=True):
    pulumi.export(scope.product.name, product.outputs)
