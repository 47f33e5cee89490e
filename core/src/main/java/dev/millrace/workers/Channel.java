package dev.millrace.workers;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;

/**
 * A bounded queue between threads that can be cancelled as a whole: everybody who waits at it, or comes to it later, is told.
 * Threads are never interrupted for that, because an interrupt that hits a thread inside an embedded database closes the
 * database's file for everyone else in the process.
 */
final class Channel<T> {

    private final Queue<T> items = new ArrayDeque<>();
    private final int capacity;
    private long taken;
    private long put;
    private boolean cancelled;

    /** @param capacity items that may wait; with 0, {@link #put} returns only when its item has been taken */
    Channel(int capacity) {
        this.capacity = capacity;
    }

    /** @throws CancellationException when the channel is cancelled */
    synchronized void put(T item) throws InterruptedException {
        while (!cancelled && items.size() >= Math.max(capacity, 1)) {
            wait();
        }
        throwIfCancelled();
        items.add(item);
        long number = ++put;
        notifyAll();
        while (capacity == 0 && !cancelled && taken < number) {
            wait();
        }
    }

    /** @throws CancellationException when the channel is cancelled */
    synchronized T take() throws InterruptedException {
        while (!cancelled && items.isEmpty()) {
            wait();
        }
        throwIfCancelled();
        taken++;
        notifyAll();
        return items.remove();
    }

    /** Takes out all that waits, so that threads that wait for room can go on. */
    synchronized List<T> clear() {
        List<T> removed = List.copyOf(items);
        taken += removed.size();
        items.clear();
        notifyAll();
        return removed;
    }

    synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    private void throwIfCancelled() {
        if (cancelled) {
            throw new CancellationException("cancelled");
        }
    }
}
