import java.util.LinkedHashMap;

public class LruCache<K, V> {
  private final LinkedHashMap<K, V> values = new LinkedHashMap<>();

  public LruCache(int capacity) {
    this.capacity = capacity;
  }

  public V get(K key) {
    return values.get(key)
  }
}
