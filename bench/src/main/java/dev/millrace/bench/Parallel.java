package dev.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that begin at once and are all waited for. */
final class Parallel {

    /** What a thread does. */
    interface Task {
        /** @param thread its number, from 0 */
        void run(int thread) throws Exception;
    }

    private Parallel() {}

    /** Runs a task on some threads; the first that fails stops the others and is thrown. */
    static void run(int threads, Task task) throws Exception {
        List<Callable<Void>> calls = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            calls.add(() -> {
                task.run(thread);
                return null;
            });
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> future : executor.invokeAll(calls)) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            executor.shutdownNow();
        }
    }
}
