"""The engine's side of the proctor: it is given a submission and a pack, asked, and relayed to the boxes it asks for.

bundle    the proctor's own code, as the files that are sent
relay     the loop: frames between proctor and boxes, limits from outside
sitting   the conversation: start, collect, ask; results by nonce
inside/   what runs in the proctor's box
"""
