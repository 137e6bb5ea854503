import java.util.LinkedHashMap;
import java.util.Map;

/** A map in the order of access, behind one lock. */
public class LruCache<K, V> {
  private final Map<K, V> values;

  public LruCache(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a capacity of at least 1");
    }
    values =
        new LinkedHashMap<>(16, 0.75f, true) {
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
