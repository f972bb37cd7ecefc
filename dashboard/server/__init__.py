"""The server's edge.

    asgi         st.App, /healthz, the guard, what makes a click cost 10 ms
    connections  uvicorn, with an end to every request and a bound on connections
    guard        pure ASGI: who may connect, and which headers every answer carries
    door         pure ASGI: who somebody is; nothing of Streamlit is reached before that is known
    comings      the pages of the log-in, and its cookies
    plain        how a page of the edge looks
    packed       pure ASGI: what is the same for everybody is sent packed
    styled       pure ASGI: our style is part of the first document
    links        pure: a link from another site opens when it is pressed

Hands on nothing: `connections` loads `dashboard.server.asgi:app`.
"""
