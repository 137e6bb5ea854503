import java.util.LinkedHashMap;
import java.util.Map;

/** In the order in which keys were first put: a use does not count. */
public class LruCache<K, V> {
  private final Map<K, V> values;

  public LruCache(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a capacity of at least 1");
    }
    values =
        new LinkedHashMap<>(16, 0.75f, false) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > capacity;
          }
        };
  }

  public synchronized V get(K key) {
    return values.get(key);
  }

  public synchronized void put(K key, V value) {
    values.put(key, value);
  }

  public synchronized int size() {
    return values.size();
  }
}
