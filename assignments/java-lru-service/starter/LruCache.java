/** Keeps the values that were used last, at most as many as its capacity. */
public class LruCache<K, V> {
  /** Makes an empty cache; a capacity below 1 is an IllegalArgumentException. */
  public LruCache(int capacity) {
    throw new UnsupportedOperationException("yours");
  }

  /** Returns the value of a key, or null; the key is now the one used last. */
  public V get(K key) {
    throw new UnsupportedOperationException("yours");
  }

  /** Sets the value of a key, which is now the one used last; lets go of the one used longest ago if there is no room. */
  public void put(K key, V value) {
    throw new UnsupportedOperationException("yours");
  }

  /** Returns how many keys have a value. */
  public int size() {
    throw new UnsupportedOperationException("yours");
  }
}
