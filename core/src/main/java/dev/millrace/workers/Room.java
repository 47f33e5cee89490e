package dev.millrace.workers;

import org.jspecify.annotations.Nullable;

/**
 * The memory that workers map documents in: side by side as a rule, and one of them alone when it has run out, so that what a document can
 * have does not depend on what others happen to hold.
 */
final class Room {

    private int sharing;
    /** Who is alone, or null. */
    private @Nullable Worker<?> alone;

    private int threads;

    /** Waits until nobody is alone. */
    synchronized void enter() throws InterruptedException {
        while (alone != null) {
            wait();
        }
        sharing++;
    }

    synchronized void leave() {
        sharing--;
        notifyAll();
    }

    /**
     * Waits until everybody else has left, and keeps others out.
     *
     * @param joins whether the worker's other thread may be there already, and be waiting for this one
     */
    synchronized void enterAlone(Worker<?> worker, boolean joins) throws InterruptedException {
        while (alone != null && !(joins && alone == worker)) {
            wait();
        }
        alone = worker;
        threads++;
        while (sharing > 0) {
            wait();
        }
    }

    synchronized void leaveAlone() {
        threads--;
        if (threads == 0) {
            alone = null;
            notifyAll();
        }
    }
}
