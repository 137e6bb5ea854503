import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts to and gets from one cache from many threads at once. You are given this file. */
public final class Hammer {
  private static final int PATIENCE_SECONDS = 20;

  private Hammer() {}

  /**
   * Lets threads work on one cache, each with keys drawn from the same few, and looks at it when all are done.
   *
   * @return how many threads did not come to their end, how many got a value of another key, the size that the cache
   *     says it has, and how many keys it still gives a value for
   */
  public static List<Integer> hammer(int capacity, int threads, int turns, long seed) throws InterruptedException {
    LruCache<Integer, Long> cache = new LruCache<>(capacity);
    int keys = 2 * capacity;
    AtomicInteger wrong = new AtomicInteger();
    AtomicInteger finished = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(threads);
    for (int number = 0; number < threads; number++) {
      Random random = new Random(seed + number);
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  for (int turn = 0; turn < turns; turn++) {
                    int key = random.nextInt(keys);
                    if (random.nextBoolean()) {
                      cache.put(key, key * 1_000_003L);
                    } else {
                      Long value = cache.get(key);
                      if (value != null && value != key * 1_000_003L) {
                        wrong.incrementAndGet();
                      }
                    }
                  }
                  finished.incrementAndGet();
                } catch (Throwable lost) {
                  // counted by what is missing from `finished`
                } finally {
                  done.countDown();
                }
              });
      thread.setDaemon(true);
      thread.start();
    }
    start.countDown();
    done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    List<Integer> seen = new ArrayList<>();
    seen.add(threads - finished.get());
    seen.add(wrong.get());
    if (finished.get() < threads) {
      return seen; // who knows in what state it is
    }
    seen.add(cache.size());
    int present = 0;
    for (int key = 0; key < keys; key++) {
      present += cache.get(key) == null ? 0 : 1;
    }
    seen.add(present);
    return seen;
  }
}
