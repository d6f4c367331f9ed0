"""Rules about how a change gets to production: gate, review, branch, owners, workflows, way back.

They judge a `Delivery`, if there is one.
"""
