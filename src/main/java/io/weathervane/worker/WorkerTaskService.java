package io.weathervane.worker;

import io.weathervane.jsonrpc.InputRequiredException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Sends requests about tasks to the worker that has the task. */
public interface WorkerTaskService {
    /** Whether there are tasks of the legacy generation, or may be. */
    boolean areOffered();

    /**
     * Has the caller told of those of its tasks whose worker agrees to tell of them; waits for the workers' agreement.
     *
     * @param listener gets the caller's name of a task and its state, on the worker's thread
     * @param lost run when nothing more will come of some of them, on the worker's thread
     */
    WorkerTaskSubscription follow(
            Set<String> ids, WorkerCallContext callContext, BiConsumer<String, ObjectNode> listener, Runnable lost);

    /**
     * Asks about a task of the caller's.
     *
     * @return empty when there is none of this name
     * @throws WorkerCallException when the worker answers with an error, or the task was lost with it
     * @throws InputRequiredException when the client has to answer the worker first, by a further request
     */
    Optional<WorkerAnswer> request(String method, ObjectNode params, WorkerCallContext callContext);

    /**
     * Has the tasks that are open of these tools cancelled, whose ever they are; does not wait for their workers.
     *
     * @param tools by their names as the worker has them
     * @return how many the workers are told to cancel; some may have come to their end meanwhile
     */
    int cancelAll(Predicate<String> tools);

    /** Has a task of the caller's cancelled, whose client is gone; does not wait for it. */
    void giveUp(String id, WorkerCallContext callContext);

    /**
     * The caller's tasks, of all workers that have some, on one page.
     *
     * @throws WorkerCallException when a worker does not answer, or answers with an error
     */
    ObjectNode list(WorkerCallContext callContext);
}
