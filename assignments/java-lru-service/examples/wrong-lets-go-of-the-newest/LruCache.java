import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Takes the wrong end: what was used last goes first. */
public class LruCache<K, V> {
  private final Map<K, V> values = new HashMap<>();
  private final Deque<K> used = new ArrayDeque<>();
  private final int capacity;

  public LruCache(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a capacity of at least 1");
    }
    this.capacity = capacity;
  }

  public synchronized V get(K key) {
    if (values.containsKey(key)) {
      use(key);
    }
    return values.get(key);
  }

  public synchronized void put(K key, V value) {
    if (!values.containsKey(key) && values.size() == capacity) {
      values.remove(used.removeLast());
    }
    values.put(key, value);
    use(key);
  }

  public synchronized int size() {
    return values.size();
  }

  private void use(K key) {
    used.remove(key);
    used.addLast(key);
  }
}
