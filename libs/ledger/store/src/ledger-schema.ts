import { expand, type ServiceSchema } from '@argosy/platform-database';
import { LEDGER_0001 } from './migrations/0001-ledger.js';
import { LEDGER_0002 } from './migrations/0002-fence.js';
import { LEDGER_0003 } from './migrations/0003-overlap.js';
import { LEDGER_0004 } from './migrations/0004-checkpoints.js';
import { LEDGER_0005 } from './migrations/0005-suspense.js';

/** The rights are in the migrations: the role may add to the books and do no more. */
export const ledgerSchema: ServiceSchema = {
  schema: 'ledger',
  rights: 'declared',
  migrations: [
    expand('ledger-0001-books', [LEDGER_0001]),
    expand('ledger-0002-fence', [LEDGER_0002]),
    expand('ledger-0003-overlap', [LEDGER_0003]),
    expand('ledger-0004-checkpoints', [LEDGER_0004]),
    expand('ledger-0005-suspense', [LEDGER_0005]),
  ],
};
