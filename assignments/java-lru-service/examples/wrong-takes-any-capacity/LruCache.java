import java.util.LinkedHashMap;
import java.util.Map;

/** Does not say no to a capacity of nothing. */
public class LruCache<K, V> {
  private final Map<K, V> values;

  public LruCache(int capacity) {
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
