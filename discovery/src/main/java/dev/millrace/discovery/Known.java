package dev.millrace.discovery;

/** What a contract has already of what documents hold. */
interface Known {

    /** Of a new contract. */
    Known NOTHING = new Known() {
        @Override
        public boolean has(Shape shape) {
            return false;
        }

        @Override
        public boolean hasBelow(Shape shape) {
            return false;
        }

        @Override
        public boolean leavesOut(Shape shape) {
            return true;
        }
    };

    /** Whether it has, or ignores, the attribute or the element's own text. */
    boolean has(Shape shape);

    /** Whether it has anything of an element's children. */
    boolean hasBelow(Shape shape);

    /** Whether there is anything in an element, or below it, that is neither reached nor ignored, and no matter of another table. */
    boolean leavesOut(Shape shape);
}
