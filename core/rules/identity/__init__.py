"""Do the order and the payment find each other: mode, owner, account, two stories, no link?"""
