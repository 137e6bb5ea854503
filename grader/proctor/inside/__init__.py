"""What runs in the proctor's own box: hidden tests, metrics, and the decoding of what learners' boxes answer.

This folder, the wire's two files and nothing else of the project are sent to the proctor; standard library and pytest
only at module level. It holds one pack's secrets and runs the author's code; it has no network, no socket, no store, no
keys, and decides no points: it tells the engine what it saw, test by test.

    main       takes the engine's orders
    channel    frames to and from the engine; boxes are numbers on it
    boxes      opens, loads, forks boxes
    box        asks one box, and takes one answer
    building   C++ and Java, built once
    program    runs of a program
    question   a request under way
    handles    objects that stay in the box
    bad_answer what sticks to a test, whatever its author catches
    crossing   exceptions that cross
    judge      the pytest plugin: evidence for each test
    fixtures   what a test can ask for
    session    pytest's own start, made ahead
    protocol   setup, call and teardown of a test
    service    asks a web service
    app        uses a Streamlit or Gradio app
    metric, data, static, source, keys
"""
