package grader;

import java.io.BufferedInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The public adapter for Java: calls of constructors and methods, from another process, by value.
 *
 * <p>It only carries values. Requests are read on descriptor 3 and replies written on 4; sandbox/runner/calls.py has the
 * format. A path without a dot makes an object of that class, one with a dot calls a static method. An object that is no
 * plain value stays here and is known outside by a number. Which constructor or method is meant is found by its name
 * and by the arguments that it takes; the first in the order of declaration wins.
 */
public final class Adapter {
  private static final String REQUESTS = "/proc/self/fd/3";
  private static final String REPLIES = "/proc/self/fd/4";
  private static final int LONGEST_TEXT = 2000;

  private final List<Object> held = new ArrayList<>();

  private Adapter() {}

  /** Answers requests until there are no more. */
  public static void main(String[] args) throws IOException {
    Adapter adapter = new Adapter();
    try (InputStream requests = new BufferedInputStream(new FileInputStream(REQUESTS)); // its own readNBytes would seek
        OutputStream replies = new FileOutputStream(REPLIES)) {
      while (true) {
        byte[] head = requests.readNBytes(4);
        if (head.length < 4) {
          break;
        }
        int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] content = requests.readNBytes(length);
        if (content.length < length) {
          throw new EOFException();
        }
        adapter.answer(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN), replies);
      }
    }
    System.exit(0); // whatever threads are still at work
  }

  private void answer(ByteBuffer request, OutputStream replies) throws IOException {
    long number = request.getLong();
    Reply reply = new Reply(this);
    try {
      reply.letter('v');
      reply.value(call(request), 0);
    } catch (InvocationTargetException thrown) {
      reply = failure(thrown.getCause());
    } catch (ExceptionInInitializerError thrown) {
      reply = failure(thrown.getCause());
    } catch (ReflectiveOperationException missing) {
      reply = failure("AttributeError", missing);
    } catch (BufferUnderflowException | WrongArgument wrong) {
      reply = failure("TypeError", wrong);
    } catch (StackOverflowError | OutOfMemoryError thrown) {
      reply = failure(thrown);
    }
    ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(reply.size() + 8).putLong(number);
    replies.write(head.array());
    reply.writeTo(replies);
    replies.flush();
  }

  private Object call(ByteBuffer request) throws ReflectiveOperationException {
    char kind = (char) request.get();
    if (kind == 'o') {
      Object target = find(request.getLong());
      String name = (String) read(request);
      return invoke(target, target.getClass(), name, arguments(request));
    }
    String path = text(request);
    int dot = path.lastIndexOf('.');
    if (dot >= 0) {
      return invoke(null, Class.forName(path.substring(0, dot)), path.substring(dot + 1), arguments(request));
    }
    Object[] given = arguments(request);
    for (Constructor<?> one : Class.forName(path).getDeclaredConstructors()) {
      Object[] fitting = fit(one, given);
      if (fitting != null) {
        one.setAccessible(true);
        return one.newInstance(fitting);
      }
    }
    throw new WrongArgument("no constructor of " + path + " takes these arguments");
  }

  private static Object invoke(Object target, Class<?> start, String name, Object[] given)
      throws ReflectiveOperationException {
    boolean named = false;
    for (Class<?> kind = start; kind != null && kind != Object.class; kind = kind.getSuperclass()) {
      for (Method one : kind.getDeclaredMethods()) {
        boolean meant = one.getName().equals(name) && !one.isBridge() && !one.isSynthetic();
        if (!meant || (target == null) != Modifier.isStatic(one.getModifiers())) {
          continue;
        }
        named = true;
        Object[] fitting = fit(one, given);
        if (fitting != null && one.trySetAccessible()) {
          return one.invoke(target, fitting);
        }
      }
    }
    if (named) {
      throw new WrongArgument("no " + name + " takes these arguments");
    }
    throw new NoSuchMethodException(name);
  }

  /** Returns the arguments as the parameters take them, or null when they do not. */
  private static Object[] fit(Executable called, Object[] given) {
    Class<?>[] kinds = called.getParameterTypes();
    if (kinds.length != given.length) {
      return null;
    }
    Object[] fitting = new Object[kinds.length];
    try {
      for (int at = 0; at < kinds.length; at++) {
        fitting[at] = fit(kinds[at], given[at]);
      }
    } catch (WrongArgument none) {
      return null;
    }
    return fitting;
  }

  private static Object fit(Class<?> kind, Object value) {
    if (value == null && !kind.isPrimitive()) {
      return null;
    }
    if (value instanceof Long || value instanceof Integer) {
      long number = ((Number) value).longValue();
      if ((kind == int.class || kind == Integer.class) && number == (int) number) {
        return (int) number;
      }
      if ((kind == short.class || kind == Short.class) && number == (short) number) {
        return (short) number;
      }
      if ((kind == byte.class || kind == Byte.class) && number == (byte) number) {
        return (byte) number;
      }
      if (kind == long.class || kind == Long.class) {
        return number;
      }
      if (kind == double.class || kind == Double.class) {
        return (double) number;
      }
      if (kind == float.class || kind == Float.class) {
        return (float) number;
      }
    }
    if (value instanceof Double) {
      if (kind == double.class) {
        return value;
      }
      if (kind == float.class || kind == Float.class) {
        return ((Double) value).floatValue();
      }
    }
    if (value instanceof Boolean && kind == boolean.class) {
      return value;
    }
    if (value instanceof String && ((String) value).length() == 1 && (kind == char.class || kind == Character.class)) {
      return ((String) value).charAt(0);
    }
    if (value instanceof List && kind.isArray()) {
      List<?> items = (List<?>) value;
      Object array = Array.newInstance(kind.getComponentType(), items.size());
      for (int at = 0; at < items.size(); at++) {
        Array.set(array, at, fit(kind.getComponentType(), items.get(at)));
      }
      return array;
    }
    if (kind.isInstance(value)) {
      return value;
    }
    throw new WrongArgument("an argument of another kind");
  }

  private Object[] arguments(ByteBuffer request) {
    Object[] given = new Object[request.getInt()];
    for (int at = 0; at < given.length; at++) {
      given[at] = read(request);
    }
    return given;
  }

  private Object read(ByteBuffer request) {
    char kind = (char) request.get();
    switch (kind) {
      case 'n':
        return null;
      case 't':
      case 'f':
        return kind == 't';
      case 'i':
        return whole(request.getLong());
      case 'd':
        return request.getDouble();
      case 's':
        return text(request);
      case 'o':
        return find(request.getLong());
      case 'b':
        byte[] content = new byte[request.getInt()];
        request.get(content);
        return content;
      default:
        List<Object> items = new ArrayList<>();
        int count = request.getInt();
        for (int at = 0; at < count; at++) {
          items.add(kind == 'I' ? whole(request.getLong()) : kind == 'D' ? (Object) request.getDouble() : read(request));
        }
        return items;
    }
  }

  /** Returns an Integer where it fits, as a Java program would write it, else a Long. */
  private static Object whole(long number) {
    if (number == (int) number) {
      return (int) number;
    }
    return number;
  }

  private static String text(ByteBuffer request) {
    byte[] content = new byte[request.getInt()];
    request.get(content);
    return new String(content, StandardCharsets.UTF_8);
  }

  private Object find(long number) {
    if (number < 0 || number >= held.size()) {
      throw new WrongArgument("there is no object of this number");
    }
    return held.get((int) number);
  }

  private Reply failure(Throwable thrown) {
    return failure(like(thrown), thrown);
  }

  private Reply failure(String like, Throwable thrown) {
    Reply reply = new Reply(this);
    reply.letter('x');
    reply.text(like);
    reply.text(thrown.getClass().getSimpleName());
    String text = String.valueOf(thrown.getMessage());
    reply.text(text.substring(0, Math.min(text.length(), LONGEST_TEXT)));
    thrown.printStackTrace();
    return reply;
  }

  /** Returns the builtin exception of Python that one is most like. */
  private static String like(Throwable thrown) {
    if (thrown instanceof IndexOutOfBoundsException) {
      return "IndexError";
    } else if (thrown instanceof IllegalArgumentException) {
      return "ValueError";
    } else if (thrown instanceof ArithmeticException) {
      return "ZeroDivisionError";
    } else if (thrown instanceof NoSuchElementException) {
      return "KeyError";
    } else if (thrown instanceof NullPointerException) {
      return "AttributeError";
    } else if (thrown instanceof ClassCastException) {
      return "TypeError";
    } else if (thrown instanceof UnsupportedOperationException) {
      return "NotImplementedError";
    } else if (thrown instanceof StackOverflowError) {
      return "RecursionError";
    } else if (thrown instanceof OutOfMemoryError) {
      return "MemoryError";
    } else if (thrown instanceof RuntimeException) {
      return "RuntimeError";
    }
    return "Exception";
  }

  /** An argument that no parameter takes. */
  private static final class WrongArgument extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongArgument(String message) {
      super(message);
    }
  }

  /** One reply as it is written. */
  private static final class Reply {
    private static final int DEEPEST = 60;

    private final java.io.ByteArrayOutputStream content = new java.io.ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(content);
    private final Adapter adapter;

    Reply(Adapter adapter) {
      this.adapter = adapter;
    }

    int size() {
      return content.size();
    }

    void writeTo(OutputStream stream) throws IOException {
      content.writeTo(stream);
    }

    void letter(char kind) {
      content.write(kind);
    }

    void value(Object value, int depth) {
      if (depth > DEEPEST) {
        throw new WrongArgument("a result that is nested too deeply");
      }
      if (value == null) {
        letter('n');
      } else if (value instanceof Boolean) {
        letter((Boolean) value ? 't' : 'f');
      } else if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
        letter('i');
        number(((Number) value).longValue());
      } else if (value instanceof Double || value instanceof Float) {
        letter('d');
        number(Double.doubleToRawLongBits(((Number) value).doubleValue()));
      } else if (value instanceof String || value instanceof Character) {
        text(value.toString());
      } else if (value instanceof byte[]) {
        letter('b');
        bytes((byte[]) value);
      } else if (value instanceof List || value.getClass().isArray()) {
        items(value, depth);
      } else {
        letter('o');
        number(adapter.held.size());
        adapter.held.add(value);
      }
    }

    void text(String value) {
      letter('s');
      bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private void items(Object value, int depth) {
      Object[] items = value instanceof List ? ((List<?>) value).toArray() : null;
      int count = items == null ? Array.getLength(value) : items.length;
      letter('l');
      count(count);
      for (int at = 0; at < count; at++) {
        value(items == null ? Array.get(value, at) : items[at], depth + 1);
      }
    }

    private void bytes(byte[] value) {
      count(value.length);
      content.write(value, 0, value.length);
    }

    private void count(int count) {
      try {
        out.writeInt(Integer.reverseBytes(count));
      } catch (IOException never) {
        throw new IllegalStateException(never);
      }
    }

    private void number(long number) {
      try {
        out.writeLong(Long.reverseBytes(number));
      } catch (IOException never) {
        throw new IllegalStateException(never);
      }
    }
  }
}
