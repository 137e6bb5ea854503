"""The engine's side of the proctor: it is given a submission and a pack, asked, and relayed to the boxes it asks for.

bundle    the proctor's own code as it is sent, and what is imported before there is a submission
relay     the loop: frames between proctor and boxes, limits from outside
announced the tests of a pack, collected once
sitting   the conversation: start, collect, ask; results by nonce
inside/   what runs in the proctor's box
"""
