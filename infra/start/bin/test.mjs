#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';

bootstrap('infra/test/src/main.ts');
