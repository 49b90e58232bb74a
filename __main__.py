"""Declares the monitoring of every product in stacks/, in the environment that this Pulumi stack stands for."""

import pulumi

from components.accounts import OUTPUT, Accounts
from components.monitoring import ProductMonitoring
from components.program import read

program = read()
accounts = Accounts(program.owned, program.secrets)
products = [ProductMonitoring(scope, program.secrets, accounts) for scope in program.scopes]
pulumi.export(OUTPUT, accounts.outputs)
for scope, product in zip(program.scopes, products, strict=True):
    pulumi.export(scope.product.name, product.outputs)
