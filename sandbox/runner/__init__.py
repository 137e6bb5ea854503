"""The untrusted side: what runs inside a learner's box.

The runner shares its process with learner code, and that is the design, not a weakness: it is asked for values, and the
worst that a learner who takes it over can do is answer wrongly. Standard library only at module level; numpy and pandas
are looked up when a value needs them.

    main     sets the streams up, then serves
    serve    the loop: load, fork, ask, reply
    operations  what is done on request, by operation
    lending  functions that were lent, to be called back
    iteration  iterators that stay here, and pages of their items
    raised   exceptions as they cross
    subject  what is asked about: a module or a notebook, loaded
    objects  objects that stay here, known outside by a number
    driven   what is driven by verbs of its own: service, streamlit_app, gradio_app, over loop and page
    model    fit -> artefact -> predict
    build    C++ and Java: files -> what was built, by fixed command lines
    built    what was built, placed
    program  a program, started and run
    calls    the wire to the adapter in a program
    spawn    starts a process
    forwarding  what a learner's client sends to a service
    values   exact plain data <-> tagged JSON and blobs   (also run by the proctor)
    arrays   numpy and pandas for `values`                (also run by the proctor)
    frames   length-prefixed frames                       (also run by the proctor)
"""
