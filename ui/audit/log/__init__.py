"""The log of audits of a model: was it better in March?"""
