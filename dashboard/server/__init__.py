"""The server's edge.

    asgi   st.App, /healthz, the guard, what makes a click cost 10 ms
    guard  pure ASGI: who may connect, and which headers every answer carries

Hands on nothing: uvicorn loads `dashboard.server.asgi:app`.
"""
